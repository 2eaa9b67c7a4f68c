package io.icestream.demo;

import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.run.PublishedWindows;

/** One line per event, for pipes and files: text, or JSON. */
final class PlainView implements DemoView {

    private final Output output;

    PlainView(Output output) {
        this.output = output;
    }

    @Override
    public synchronized void line(String text) {
        if (output.json()) {
            output.note(text);
        } else {
            output.line(text);
        }
    }

    @Override
    public synchronized void published(DemoModel model, PublishedWindows windows) {
        if (output.json()) {
            output.json(windows);
        } else {
            output.line(windows.text());
        }
    }

    @Override
    public void close() {
        output.out().flush();
    }
}
