package io.icestream.bench.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Runs workloads on local repositories and prints one JSON object for each. A pass at a smaller size goes before each, so that the JVM has compiled what is measured. */
public final class EngineBench {
    private static final int SPLIT = 10_000;
    private static final Map<String, Function<Scale, Workload>> WORKLOADS = workloads();

    private EngineBench() {}

    private static Map<String, Function<Scale, Workload>> workloads() {
        Map<String, Function<Scale, Workload>> all = new LinkedHashMap<>();
        all.put("append", AppendWorkload::at);
        all.put("arrays", ArraysWorkload::at);
        all.put("big", scale -> ReferencesWorkload.at(scale, 0));
        all.put("bigsplit", scale -> ReferencesWorkload.at(scale, SPLIT));
        all.put("history", HistoryWorkload::at);
        all.put("bulk", BulkWorkload::at);
        all.put("writers", WritersWorkload::at);
        return all;
    }

    /** {@return the names of all workloads} */
    static List<String> names() {
        return List.copyOf(WORKLOADS.keySet());
    }

    /**
     * Runs workloads. The system property {@code icestream.bench.settle} is a command, its words separated by spaces, that is run
     * before each measurement: {@code sync} by default.
     *
     * @param args a folder for the repositories, {@code disk} or {@code process} for what a write waits for, and names of workloads, all by default
     * @throws IOException if that command cannot be run
     * @throws InterruptedException if the thread was interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2) {
            System.err.println("usage: EngineBench FOLDER disk|process [workload...], workloads: " + names());
            System.exit(2);
        }
        Workbench bench = new Workbench(Path.of(args[0]), Durability.valueOf(args[1].toUpperCase(Locale.ROOT)));
        List<String> chosen = new ArrayList<>(Arrays.asList(args).subList(2, args.length));
        for (String name : chosen.isEmpty() ? names() : chosen) {
            ObjectNode cold = run(name, Scale.WARM_UP, bench.below(name + "-warm-up"));
            settle();
            ObjectNode result = run(name, Scale.FULL, bench.below(name));
            result.set("cold", cold);
            System.out.println(result);
        }
    }

    /** What the warm-up left to be written to the disk is not the measurement's business; the reference client has no such burden. */
    private static void settle() throws IOException, InterruptedException {
        List<String> command =
                List.of(System.getProperty("icestream.bench.settle", "sync").split(" "));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        Check.that(status == 0, command + " ended with " + status);
    }

    /** Runs one workload; its repository stays, since deletions slow what comes after them. */
    static ObjectNode run(String name, Scale scale, Workbench bench) {
        Function<Scale, Workload> workload = WORKLOADS.get(name);
        if (workload == null) {
            throw new IllegalArgumentException("Unknown workload '" + name + "'; there are " + names());
        }
        ObjectNode result = Json.object()
                .put("workload", name)
                .put("client", "icestream")
                .put("durability", bench.durability().name().toLowerCase(Locale.ROOT));
        long start = System.nanoTime();
        result.setAll(workload.apply(scale).run(bench));
        return result.put("total_s", Json.rounded(Durations.seconds(start), 1));
    }
}
