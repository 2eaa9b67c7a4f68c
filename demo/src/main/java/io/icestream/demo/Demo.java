package io.icestream.demo;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.ScreenLog;
import io.icestream.ingest.cli.Terminal;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.cli.run.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "See the whole product at work, with an embedded broker and synthetic weather.",
            "",
            "Streams some days of observations faster than real time, out of order, some late, repeated or broken; shows each commit;"
                    + " and at the end the history, the tags, what went to the dead letters and why. Takes less than a minute. The"
                    + " repository stays on disk; another run goes on where this one ended."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  icestream demo", "  icestream demo --dir /tmp/weather --days 5 --fresh"})
public final class Demo implements Verb {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "icestream-demo",
            description = "Where everything is kept (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(names = "--fresh", description = "Delete the demo that is there and begin anew.")
    private boolean fresh;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "3",
            description = "Days to stream (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "20250601",
            description = "Seed of the observations of a new demo (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.START;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (days < 1) {
            throw new CliException(ExitCode.USAGE, "--days " + days + ": at least 1 is needed");
        }
        DemoFolder prepared = DemoFolder.open(folder, fresh);
        ScreenLog.alsoTo(prepared.state().resolve("icestream.log"));
        if (Terminal.isInteractive()) {
            ScreenLog.leaveScreen();
        }
        try (DemoRun run = new DemoRun(prepared, output, seed, days);
                StopSignal signal = StopSignal.closes(run)) {
            run.play();
            signal.reported();
            return ExitCode.OK;
        }
    }
}
