package io.icestream.demo;

import io.icestream.ingest.cli.run.PublishedWindows;

/** What the user sees while the demo goes on. Safe to use from several threads. */
interface DemoView extends AutoCloseable {

    /** Shows a line. */
    void line(String text);

    /** Shows a commit. */
    void published(DemoModel model, PublishedWindows windows);

    /** Leaves the screen as it is. */
    @Override
    void close();
}
