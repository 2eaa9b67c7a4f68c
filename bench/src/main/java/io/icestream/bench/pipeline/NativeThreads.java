package io.icestream.bench.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** CPU time of threads of this process that Java does not know: compilers, collectors, RocksDB. From {@code /proc}; nothing where there is none. */
final class NativeThreads {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final Map<String, String> GROUPS =
            Map.of("C1 ", "JIT", "C2 ", "JIT", "GC ", "GC", "ParGC", "GC", "rocksdb", "RocksDB background");

    private NativeThreads() {}

    /** Seconds by group. */
    static Map<String, Double> cpuSeconds() {
        Map<String, Double> seconds = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            threads.forEach(thread -> add(thread, seconds));
        } catch (IOException notLinux) {
            return Map.of();
        }
        return seconds;
    }

    private static void add(Path thread, Map<String, Double> seconds) {
        try {
            String name = Files.readString(thread.resolve("comm")).strip();
            GROUPS.forEach((prefix, group) -> {
                if (name.startsWith(prefix)) {
                    seconds.merge(group, seconds(thread), Double::sum);
                }
            });
        } catch (IOException ended) {
            // Its time is lost, which matters little: these threads live as long as the process.
        }
    }

    private static double seconds(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
        } catch (IOException ended) {
            return 0;
        }
    }
}
