package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.icestream.bench.Json;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Adds up the CPU time of this JVM's threads by group, and, if asked to, by phase: the time that a thread used since the last look goes to where it stands now.
 * Looking at stacks costs some percent; figures that are compared with others are taken without.
 */
final class CpuSampler implements AutoCloseable {
    private static final Duration PLAIN_INTERVAL = Duration.ofMillis(200);
    private static final Duration PHASE_INTERVAL = Duration.ofMillis(15);
    private static final int DEPTH = 60;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean withPhases;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @GuardedBy("this")
    private final Map<Long, Long> seen = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, Long> groups = new TreeMap<>();

    @GuardedBy("this")
    private final Map<String, Long> phases = new TreeMap<>();

    private CpuSampler(boolean withPhases) {
        this.withPhases = withPhases;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // look() does not throw
    static CpuSampler start(boolean withPhases) {
        CpuSampler sampler = new CpuSampler(withPhases);
        long millis = (withPhases ? PHASE_INTERVAL : PLAIN_INTERVAL).toMillis();
        sampler.timer.scheduleWithFixedDelay(sampler::look, 0, millis, TimeUnit.MILLISECONDS);
        return sampler;
    }

    private synchronized void look() {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids, withPhases ? DEPTH : 0);
        for (int i = 0; i < ids.length; i++) {
            long now = threads.getThreadCpuTime(ids[i]);
            if (infos[i] != null && now > 0) {
                Long before = seen.put(ids[i], now);
                count(infos[i], now - (before == null ? 0 : before));
            }
        }
    }

    @GuardedBy("this")
    private void count(ThreadInfo thread, long nanos) {
        groups.merge(group(thread.getThreadName()), nanos, Long::sum);
        if (withPhases && nanos > 0) {
            phases.merge(Phases.of(thread.getStackTrace()), nanos, Long::sum);
        }
    }

    private static String group(String thread) {
        if (thread.contains("StreamThread") && !thread.contains("producer") && !thread.contains("heartbeat")) {
            return "stream threads";
        }
        if (thread.contains("producer-network-thread")) {
            return "producer network";
        }
        if (thread.contains("heartbeat")) {
            return "heartbeat and fetch";
        }
        if (thread.startsWith("ingest-chunks")) {
            return "chunk builders";
        }
        if (thread.startsWith("ingest-commit")) {
            return "committer";
        }
        return thread.startsWith("icestream-io") ? "engine I/O" : "other";
    }

    /** Seconds by group of threads, those of the JVM itself included. */
    synchronized ObjectNode groups() {
        look();
        ObjectNode seconds = seconds(groups);
        NativeThreads.cpuSeconds().forEach((group, value) -> seconds.put(group, Json.rounded(value, 2)));
        return seconds;
    }

    /** Seconds by phase, of threads that Java knows. */
    synchronized ObjectNode phases() {
        return seconds(phases);
    }

    private static ObjectNode seconds(Map<String, Long> nanos) {
        ObjectNode seconds = Json.object();
        nanos.forEach((name, value) -> seconds.put(name, Json.rounded(value / 1e9, 2)));
        return seconds;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
