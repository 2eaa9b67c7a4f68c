package io.icestream.bench.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.icestream.bench.Json;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What calls cost the calling thread: CPU time and memory allocated, which say more than time where the machine is busy. Belongs to one thread. */
final class Cost {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Long> cpuNanos = new ArrayList<>();
    private final List<Long> allocatedBytes = new ArrayList<>();
    private long cpuAtStart;
    private long allocatedAtStart;

    void begin() {
        allocatedAtStart = THREADS.getCurrentThreadAllocatedBytes();
        cpuAtStart = THREADS.getCurrentThreadCpuTime();
    }

    void end() {
        cpuNanos.add(THREADS.getCurrentThreadCpuTime() - cpuAtStart);
        allocatedBytes.add(THREADS.getCurrentThreadAllocatedBytes() - allocatedAtStart);
    }

    /** Medians of the last calls. */
    ObjectNode last(int count) {
        return Json.object()
                .put("cpu_ms", Json.rounded(median(cpuNanos, count) / 1e6, 2))
                .put("allocated_kB", median(allocatedBytes, count) / 1000);
    }

    private static long median(List<Long> values, int count) {
        List<Long> sorted = values.subList(Math.max(0, values.size() - count), values.size()).stream()
                .sorted()
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
