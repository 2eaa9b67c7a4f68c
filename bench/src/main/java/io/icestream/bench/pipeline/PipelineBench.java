package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Folders;
import io.icestream.broker.BrokerOptions;
import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.decode.HttpRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** One sitting: a broker and a topic of observations, then one contestant after the other; prints one JSON object for each. */
public final class PipelineBench implements AutoCloseable {
    private static final String TOPIC = "observations";
    static final int PARTITIONS = 4;
    private static final int STATIONS = 200;
    static final int SCHEMA_ID = 1;

    private final PipelineOptions options;
    private final LocalBroker broker;
    private final RegistryServer registry;
    private final ChildProcess processes;

    private PipelineBench(PipelineOptions options) throws IOException {
        this.options = options;
        Folders.delete(options.folder());
        Files.createDirectories(options.folder());
        this.broker = LocalBroker.start(
                options.folder().resolve("broker"),
                BrokerOptions.DEFAULT.withHeapMegabytes(1024).withJvmFlags());
        this.registry = RegistryServer.start();
        this.processes = new ChildProcess(
                options.folder(), Map.of("BROKER", broker.bootstrapServers(), "PYTHONDONTWRITEBYTECODE", "1"));
    }

    /**
     * Runs the contest.
     *
     * @param args see {@link PipelineOptions}
     * @throws IOException if files cannot be written
     */
    public static void main(String[] args) throws IOException {
        PipelineOptions options = PipelineOptions.parse(args);
        try (PipelineBench bench = new PipelineBench(options)) {
            bench.run();
        }
        Folders.delete(options.folder());
    }

    private void run() {
        Contest contest = prepare();
        for (int turn = 1; turn <= options.turns(); turn++) {
            for (String contestant : options.contestants()) {
                Folders.delete(options.folder().resolve("run"));
                for (ObjectNode result : compete(contestant, turn, contest)) {
                    System.out.println(result.put("turn", turn));
                }
            }
        }
    }

    private Contest prepare() {
        Path expected = options.folder().resolve("expected");
        ObjectNode facts = python(
                        "facts",
                        options.scripts().resolve("observations_facts.py"),
                        options.peers().toString(),
                        Integer.toString(options.minutes()),
                        Integer.toString(STATIONS),
                        expected.toString())
                .get(0);
        Contest contest = Contest.of(
                broker.bootstrapServers(), registry.url().toString(), TOPIC, options.minutes(), facts, expected);
        register(contest);
        python(
                "produce",
                options.peers().resolve("produce.py"),
                "--topic",
                TOPIC,
                "--partitions",
                Integer.toString(PARTITIONS),
                "--stations",
                Integer.toString(STATIONS),
                "--minutes",
                Integer.toString(options.minutes()));
        return contest;
    }

    /** The producing script writes this id into every record. */
    private void register(Contest contest) {
        HttpRegistryClient client = new HttpRegistryClient(
                new RegistrySettings(List.of(registry.url()), Map.of(), Duration.ofSeconds(10)),
                InstantSource.system());
        int id = client.register(TOPIC + "-value", new Schema.Parser().parse(contest.schema()));
        Check.that(id == SCHEMA_ID, "the registry gave the schema id " + id);
    }

    private List<ObjectNode> compete(String contestant, int turn, Contest contest) {
        String records = Long.toString(contest.size().records());
        return switch (contestant) {
            case "python-numpy" -> pythonPipeline("numpy");
            case "python-fastavro" -> pythonPipeline("fastavro");
            case "java-consumer" -> processes.java(CountingConsumer.class, contest.bootstrapServers(), TOPIC, records);
            case "streams-counting-1", "streams-counting-2" ->
                processes.java(
                        CountingStreams.class,
                        contest.bootstrapServers(),
                        TOPIC,
                        records,
                        options.folder().resolve("run").toString(),
                        contestant.substring(contestant.length() - 1));
            default -> ingest(contestant, turn, contest);
        };
    }

    private List<ObjectNode> pythonPipeline(String decoder) {
        return python(
                "python-" + decoder,
                options.peers().resolve("python_pipeline.py"),
                "--topic",
                TOPIC,
                "--repo",
                options.folder().resolve("run").toString(),
                "--window",
                Integer.toString(Size.WINDOW_MINUTES),
                "--stations",
                Integer.toString(STATIONS),
                "--decoder",
                decoder);
    }

    /**
     * Names are {@code icestream-THREADS}, {@code icestream-THREADS-each} for a commit per window, either with
     * {@code -process} for a store that does not wait for the disk, and {@code -live} for observations that come in as it runs. Each turn is an
     * ingest of its own, with its own topics.
     */
    private List<ObjectNode> ingest(String name, int turn, Contest contest) {
        String[] words = name.split("-", -1);
        List<String> suffixes = List.of(words).subList(2, words.length);
        IngestSettings settings = new IngestSettings(
                name + "-turn" + turn,
                Integer.parseInt(words[1]),
                suffixes.contains("each") ? 1 : IngestSettings.COALESCING);
        Path folder = options.folder().resolve("run");
        String durability = suffixes.contains("process") ? "process" : "disk";
        if (suffixes.contains("live")) {
            Path file = settings.write(folder, contest.on("live-turn" + turn));
            return processes.java(LiveContestant.class, name, file.toString(), durability);
        }
        Path file = settings.write(folder, contest);
        List<String> args =
                new ArrayList<>(List.of(name, file.toString(), durability, Integer.toString(contest.minutes())));
        if (options.phases()) {
            args.add("phases");
        }
        List<ObjectNode> results = processes.java(IngestContestant.class, args.toArray(String[]::new));
        long records = contest.size().records();
        for (ObjectNode result : results) {
            Check.that(result.get("accepted").asLong() == records, "not every record was accepted: " + result);
            Check.that(result.get("cells").asLong() == records, "not every cell is there: " + result);
            result.put("cells_checked", new RepositoryCheck(contest).run(settings.repository(folder)));
            result.put("repository_bytes", Folders.sizeBytes(settings.repository(folder)));
        }
        return results;
    }

    private List<ObjectNode> python(String name, Path script, String... args) {
        List<String> command = new ArrayList<>(List.of(options.python().toString(), script.toString()));
        command.addAll(List.of(args));
        return processes.run(name, command);
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
    }
}
