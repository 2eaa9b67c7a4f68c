package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.ScreenLog;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.cli.Terminal;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.slice.DatasetGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Ingest: read observations, commit windows, tag days.",
            "",
            "Runs until it is stopped (Ctrl-C or SIGTERM close it cleanly) and waits where brokers or registry cannot be reached. Prints"
                    + " a line for every commit. Log lines go to icestream.log in the state directory."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream run -f weather.yaml",
            "  icestream run -f weather.yaml --until-end --set commit.max-windows=1 --json"
        })
public final class Run implements Verb {

    @Mixin
    private final ConfigInput input = new ConfigInput();

    @Option(
            names = "--until-end",
            description = "End when all that is in the topics now is published and every window and day is closed.")
    private boolean untilEnd;

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        IngestConfig config = input.load();
        Files.createDirectories(config.stateDirectory());
        ScreenLog.alsoTo(config.stateDirectory().resolve("icestream.log"));
        boolean live = Terminal.isInteractive() && !output.json();
        RunReport report = new RunReport(output, new DatasetGrid(config.dataset()), new LiveStatus(output.out(), live));
        report.continuesFrom(LedgerReader.read(config).ledger());
        RunSummary summary = run(config, report);
        return summary.halted().isPresent() ? ExitCode.HALTED : ExitCode.OK;
    }

    private RunSummary run(IngestConfig config, RunReport report) throws InterruptedException {
        long began = System.nanoTime();
        RunOptions options = untilEnd ? RunOptions.TO_END : RunOptions.CONTINUOUS;
        Wiring wiring =
                new Wiring(settings -> Stores.open(settings), ProtocolObserver.NONE, InstantSource.system(), report);
        IngestApplication application = IngestApplication.start(config, options, wiring);
        try (StopSignal signal = StopSignal.closes(application)) {
            RunSummary summary = application.awaitEnd();
            report.ended(summary, (System.nanoTime() - began) / 1e9);
            signal.reported();
            return summary;
        } finally {
            application.close();
        }
    }
}
