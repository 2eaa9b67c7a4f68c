package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A contestant in a process of its own, whose standard output is lines of JSON. */
final class ChildProcess {
    /** What every contestant in Java runs with: what {@code ./icestream run} sets, and a bound on memory. */
    static final List<String> JVM_FLAGS = List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:Tier4InvocationThreshold=15000",
            "-XX:Tier4MinInvocationThreshold=2000",
            "-XX:Tier4CompileThreshold=40000",
            "-XX:Tier4BackEdgeThreshold=80000");

    private static final long LOOK_MILLIS = 50;
    private static final long LIMIT_MINUTES = 20;

    private final Path folder;
    private final Map<String, String> environment;

    ChildProcess(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** Runs a main class with this JVM's class path. */
    List<ObjectNode> java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JVM_FLAGS);
        if (Runtime.version().feature() > 17) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return run(main.getSimpleName(), command);
    }

    /** Runs a command; the objects that it prints, with its peak memory and the time from its start to its end. */
    List<ObjectNode> run(String name, List<String> command) {
        Path output = folder.resolve(name + ".out");
        Path errors = folder.resolve(name + ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            long start = System.nanoTime();
            Process process = builder.start();
            long peak = await(process);
            double seconds = Durations.seconds(start);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(name + " ended with " + process.exitValue() + ": " + tail(errors));
            }
            return results(output, peak, seconds);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static long await(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
        long peak = 0;
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, ProcessMemory.peakBytes(process.pid()));
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("A contestant took more than " + LIMIT_MINUTES + " minutes");
                }
            }
            return peak;
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<ObjectNode> results(Path output, long peak, double seconds) throws IOException {
        List<ObjectNode> results = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            if (line.startsWith("{")) {
                JsonNode result = Json.parse(line);
                results.add(
                        ((ObjectNode) result).put("peak_rss_bytes", peak).put("process_s", Json.rounded(seconds, 1)));
            }
        }
        return results;
    }

    private static String tail(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
