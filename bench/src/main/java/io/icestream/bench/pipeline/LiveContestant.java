package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.IngestApplication;
import io.icestream.ingest.lifecycle.RunOptions;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Contestant that is this project's ingest of a stream as it comes in: how long a window takes to be visible, from when the record was sent that lets the watermark
 * pass its end. The records of a minute come together.
 */
public final class LiveContestant {
    private static final int WINDOWS = 60;
    private static final int WARM_UP_WINDOWS = 10;
    private static final long MINUTE_MILLIS = 20;

    private LiveContestant() {}

    /**
     * Sends observations, runs an ingest of them beside it and prints a line.
     *
     * @param args name, configuration file, {@code disk} or {@code process}
     * @throws InterruptedException if interrupted
     */
    @SuppressWarnings("try") // the ingest runs beside
    public static void main(String[] args) throws InterruptedException {
        IngestConfig config = ConfigLoader.load(Path.of(args[1]), Map.of(), List.of());
        Durability durability = Durability.valueOf(args[2].toUpperCase(Locale.ROOT));
        WindowLatencies latencies = new WindowLatencies(WINDOWS, WARM_UP_WINDOWS);
        Wiring wiring = new Wiring(
                settings -> LocalStorage.open(Path.of(settings.location()), durability),
                ProtocolObserver.NONE,
                InstantSource.system(),
                latencies);
        try (MinuteSender sender = MinuteSender.open(config);
                CpuSampler cpu = CpuSampler.start(false)) {
            sender.send(0); // no partition is idle when the ingest begins
            try (IngestApplication application = IngestApplication.start(config, RunOptions.CONTINUOUS, wiring)) {
                long start = System.nanoTime();
                sendAll(
                        sender,
                        latencies,
                        Math.toIntExact(config.watermark().maxOutOfOrderness().toMinutes()));
                Check.that(latencies.await(), "windows are missing");
                ObjectNode figures = Json.object().put("name", args[0]).put("windows", WINDOWS);
                figures.put("live_s", Json.rounded(Durations.seconds(start), 1));
                figures.set("latency", latencies.summary());
                figures.set("cpu_s", cpu.groups());
                System.out.println(figures);
            }
        }
    }

    /** Sends the minutes of all windows and as many more as the watermark stays behind. */
    private static void sendAll(MinuteSender sender, WindowLatencies latencies, int behind)
            throws InterruptedException {
        long next = System.nanoTime();
        for (int minute = 1; minute <= WINDOWS * Size.WINDOW_MINUTES + behind; minute++) {
            next += TimeUnit.MILLISECONDS.toNanos(MINUTE_MILLIS);
            LockSupport.parkNanos(next - System.nanoTime());
            int ended = minute - behind;
            if (ended > 0 && ended % Size.WINDOW_MINUTES == 0) {
                latencies.passed(ended / Size.WINDOW_MINUTES);
            }
            sender.send(minute);
        }
    }
}
