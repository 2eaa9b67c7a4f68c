package io.icestream.bench.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Peak memory of a process, where the operating system tells it in {@code /proc}. */
final class ProcessMemory {
    private static final String PEAK = "VmHWM:";

    private ProcessMemory() {}

    /** Largest resident size so far in bytes; 0 if it cannot be told, for instance because the process has ended. */
    static long peakBytes(long processId) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(processId), "status"))) {
                if (line.startsWith(PEAK)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException ended) {
            return 0;
        }
    }
}
