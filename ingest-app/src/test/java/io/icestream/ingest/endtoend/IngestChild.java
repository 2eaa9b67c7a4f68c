package io.icestream.ingest.endtoend;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.Reinit;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.topology.IngestListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An ingest in a process of its own, with a {@link KillSwitch}, or the verb that starts one again. Prints a line for
 * each event; SIGTERM closes it; it does not outlive its parent.
 */
public final class IngestChild {

    /** Of one array; of the nine arrays together longer than two commit intervals. */
    private static final Duration SLOW_CHUNK = Duration.ofMillis(15);

    private IngestChild() {}

    /**
     * Runs until it is told to end, or until the new incarnation has begun.
     *
     * @param arguments {@code run} or {@code reinit}, configuration file, folder of the kill switch, state directory
     * @throws InterruptedException never, in practice
     */
    public static void main(String[] arguments) throws InterruptedException {
        endWithParent();
        IngestConfig config = ConfigLoader.load(
                Path.of(arguments[1]),
                Map.of(),
                List.of(
                        "state-directory=" + arguments[3],
                        "commit.round-timeout=3s",
                        "kafka.streams.commit.interval.ms=50"));
        Wiring wiring = new Wiring(
                settings -> unevenly(Stores.open(settings.location())),
                new KillSwitch(Path.of(arguments[2])),
                InstantSource.system(),
                new Printer());
        if (arguments[0].equals("reinit")) {
            print("incarnation " + Reinit.run(config, wiring).incarnation());
            return;
        }
        IngestApplication application = IngestApplication.start(config, RunOptions.CONTINUOUS, wiring);
        Runtime.getRuntime().addShutdownHook(new Thread(application::close));
        print("started");
        RunSummary summary = application.awaitEnd();
        print("ended " + summary.halted());
    }

    /** Each thread that stores chunks is slower than the one before, so that an assembler answers in several transactions. */
    private static Storage unevenly(Storage storage) {
        FaultInjectingStorage uneven = new FaultInjectingStorage(storage);
        AtomicInteger threads = new AtomicInteger();
        ThreadLocal<Integer> rank = ThreadLocal.withInitial(threads::getAndIncrement);
        uneven.beforeEachCall(call -> {
            if (call.key().startsWith("chunks/") && call.operation().isWrite()) {
                LockSupport.parkNanos(SLOW_CHUNK.toNanos() * rank.get());
            }
        });
        return uneven;
    }

    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(parent -> {
            CompletableFuture<Void> unused =
                    parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
        });
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static final class Printer implements IngestListener {

        @Override
        public void published(Ledger ledger, long windows) {
            print("published " + ledger.sequence() + " closed " + ledger.closed());
        }

        @Override
        public void tagged(LocalDate day, String tag, SnapshotId snapshot) {
            print("tagged " + tag + " " + snapshot);
        }

        @Override
        public void warned(String message) {
            print("warned " + message);
        }

        @Override
        public void halted(String reason) {
            print("halted " + reason);
        }

        @Override
        public void waiting(String what) {
            print("waiting " + what);
        }

        @Override
        public void resumed(String what) {
            print("resumed " + what);
        }
    }
}
