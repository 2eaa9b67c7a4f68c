package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Json;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Contestant that is this project's ingest: what {@code icestream run --until-end} does, in a JVM of its own, and its figures. */
public final class IngestContestant {
    private IngestContestant() {}

    /**
     * Runs an ingest to its end and prints a line.
     *
     * @param args name, configuration file, {@code disk} or {@code process}, number of minutes, and {@code phases} to look at stacks
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        IngestConfig config = ConfigLoader.load(Path.of(args[1]), Map.of(), List.of());
        Durability durability = Durability.valueOf(args[2].toUpperCase(Locale.ROOT));
        Size size = new Size(
                Integer.parseInt(args[3]), config.dataset().stations().labels().size());
        PublishTimes times = new PublishTimes();
        Wiring wiring = new Wiring(
                settings -> LocalStorage.open(Path.of(settings.location()), durability),
                ProtocolObserver.NONE,
                InstantSource.system(),
                times);
        try (FirstFetch first = FirstFetch.watch(config.dataset().topics().get(0));
                CpuSampler cpu = CpuSampler.start(args.length > 4);
                IngestApplication application = IngestApplication.start(config, RunOptions.TO_END, wiring)) {
            RunSummary summary = application.awaitEnd();
            Check.that(summary.halted().isEmpty(), "the ingest halted: " + summary.halted());
            ObjectNode figures = Json.object().put("name", args[0]);
            figures.setAll(times.figures(first.atNanos(), size));
            count(summary.ledger().orElseThrow(), figures);
            figures.set("cpu_s", cpu.groups());
            figures.set("phases_s", cpu.phases());
            System.out.println(figures);
        }
    }

    private static void count(Ledger ledger, ObjectNode figures) {
        Check.that(ledger.isBalanced(), "the counts of the ledger do not add up: " + ledger);
        figures.put("accepted", Ledger.total(ledger.accepted()))
                .put("cells", Ledger.total(ledger.cells()))
                .put("dead", Ledger.total(ledger.dead()))
                .put("bad", ledger.bad().sum());
    }
}
