package io.icestream.ingest.cli.produce;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.cli.Connection;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.decode.RegistryUnavailableException;
import io.icestream.ingest.decode.SchemaRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream produce}. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send CSV or JSON lines to a topic as Avro records.",
            "",
            "The schema is inferred from the columns, or given by --schema, and registered as TOPIC-value. A file is checked from"
                    + " end to end before the first record is sent."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream produce weather.csv -b 127.0.0.1:9092 --registry http://127.0.0.1:8081 \\",
            "      --topic weather --create --partitions 4 --key origin --time time_hour --null NA",
            "  sensor-log | icestream produce -f weather.yaml -t weather --format jsonl --schema w.avsc --time t",
            "  icestream produce weather.csv --dry-run -t weather     show the inferred schema, send nothing"
        })
public final class Produce implements Verb {

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "What to send; standard input if absent or -.")
    private @Nullable Path file;

    @Option(
            names = {"-t", "--topic"},
            required = true,
            description = "The topic.")
    @SuppressWarnings("NullAway.Init") // required
    private String topic;

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--format", description = "csv or jsonl; by the file's name if absent.")
    private Input.@Nullable Format format;

    @Option(names = "--delimiter", defaultValue = ",", description = "What parts the columns of CSV (default: ,).")
    private char delimiter;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            description = "A text that means a missing value, for instance NA; repeatable. An empty cell always does.")
    private List<String> nulls = List.of();

    @Option(
            names = "--key",
            paramLabel = "COLUMN",
            description = "The column that becomes the record's key; its hash decides the partition.")
    private @Nullable String key;

    @Option(
            names = "--time",
            paramLabel = "COLUMN",
            description = "The event time: ISO 8601 or a number since 1970; written as timestamp-micros.")
    private @Nullable String time;

    @Option(
            names = "--time-unit",
            defaultValue = "auto",
            description = "What a number in --time counts: s, ms, us, ns or auto (default), which goes by its size.")
    @SuppressWarnings("NullAway.Init") // has a default
    private EventTimes.Unit timeUnit;

    @Option(names = "--schema", paramLabel = "FILE", description = "Avro schema (.avsc) instead of an inferred one.")
    private @Nullable Path schemaFile;

    @Option(names = "--create", description = "Create the topic if there is none.")
    private boolean create;

    @Option(names = "--partitions", defaultValue = "1", description = "Partitions of a created topic (default: 1).")
    private int partitions;

    @Option(
            names = "--replication",
            defaultValue = "-1",
            description = "Replication factor of a created topic (default: the brokers').")
    private short replication;

    @Option(names = "--on-bad-line", defaultValue = "stop", description = "stop (default) or skip.")
    @SuppressWarnings("NullAway.Init") // has a default
    private OnBadLine onBadLine;

    @Option(names = "--rate", paramLabel = "N", description = "Send at most N records per second.")
    private @Nullable Double rate;

    @Option(names = "--sort", description = "Send in the order of --time; reads all into memory.")
    private boolean sort;

    @Option(
            names = "--shuffle",
            paramLabel = "BOUND",
            description =
                    "For tests: send out of order, by fewer places than BOUND or, with a duration such as 6h, by less"
                            + " event time than that.")
    private @Nullable String shuffle;

    @Option(names = "--repeat", paramLabel = "PERCENT", description = "For tests: send so many records twice.")
    private double repeatPercent;

    @Option(names = "--seed", description = "Seed of --shuffle and --repeat (default: 1).", defaultValue = "1")
    private long seed;

    @Option(names = "--dry-run", description = "Check the input and print the schema; connect to nothing.")
    private boolean dryRun;

    @Mixin
    private final Output output = new Output();

    /** What becomes of a line that cannot be used. */
    enum OnBadLine {
        STOP,
        SKIP
    }

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() throws IOException {
        Disorder disorder = disorder();
        ProduceJob job = new ProduceJob(
                input(),
                Optional.ofNullable(key),
                Optional.ofNullable(time),
                new EventTimes(timeUnit),
                onBadLine,
                output);
        Schema schema = job.check(topic, schemaFile == null ? Optional.empty() : Optional.of(parse(schemaFile)));
        if (dryRun) {
            output.line(SchemaFormatter.format(output.json() ? "json/inline" : "json/pretty", schema));
            return ExitCode.OK;
        }
        Map<String, String> client = connection.clientProperties();
        ensureTopic(client);
        int schemaId = register(schema);
        try (Sender sender =
                new Sender(client, topic, rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate))) {
            job.send(schema, schemaId, disorder, sender).print(output, topic);
        }
        return ExitCode.OK;
    }

    private Input input() {
        Optional<Path> source =
                Optional.ofNullable(file).filter(path -> !path.toString().equals("-"));
        LinkedHashSet<String> absent = new LinkedHashSet<>(nulls);
        absent.add("");
        Input.Format actual =
                format != null ? format : source.map(Input.Format::of).orElse(Input.Format.CSV);
        return new Input(source, actual, delimiter, absent);
    }

    private Disorder disorder() {
        Optional<Disorder.Bound> bound = Optional.ofNullable(shuffle).map(Produce::bound);
        boolean byTime = sort || bound.map(Disorder.Bound::inTime).orElse(false);
        if (byTime && time == null) {
            throw new CliException(ExitCode.USAGE, "--sort and a --shuffle by duration need --time COLUMN");
        }
        if (!(repeatPercent >= 0 && repeatPercent <= 100)) {
            throw new CliException(
                    ExitCode.USAGE, "--repeat " + repeatPercent + ": a percentage from 0 to 100 is needed");
        }
        return new Disorder(bound, repeatPercent, seed, sort);
    }

    private static Disorder.Bound bound(String text) {
        try {
            return Disorder.Bound.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new CliException(ExitCode.USAGE, "--shuffle " + invalid.getMessage(), invalid);
        }
    }

    private static Schema parse(Path file) throws IOException {
        try {
            Schema schema = new Schema.Parser().parse(Files.readString(file));
            if (schema.getType() != Schema.Type.RECORD) {
                throw new CliException(ExitCode.INVALID, "The schema in " + file + " is no record");
            }
            return schema;
        } catch (AvroRuntimeException invalid) {
            throw new CliException(
                    ExitCode.INVALID, "No Avro schema in " + file + ": " + invalid.getMessage(), invalid);
        }
    }

    private void ensureTopic(Map<String, String> client) {
        try (Cluster cluster = Cluster.at(client, Duration.ofSeconds(30))) {
            if (cluster.findTopic(topic).isPresent()) {
                return;
            }
            if (!create) {
                throw new CliException(
                        ExitCode.NOT_FOUND, "There is no topic '" + topic + "'; --create --partitions N makes it");
            }
            cluster.createTopic(new NewTopic(topic, Optional.of(partitions), replicationFactor()));
        }
    }

    private Optional<Short> replicationFactor() {
        return replication < 1 ? Optional.empty() : Optional.of(replication);
    }

    private int register(Schema schema) {
        try {
            return new HttpRegistryClient(connection.registry(), InstantSource.system())
                    .register(RegistryClient.valueSubject(topic), schema);
        } catch (RegistryUnavailableException unreachable) {
            throw new CliException(ExitCode.UNREACHABLE, String.valueOf(unreachable.getMessage()), unreachable);
        } catch (SchemaRefusedException refused) {
            throw new CliException(ExitCode.INVALID, String.valueOf(refused.getMessage()), refused);
        }
    }
}
