package io.icestream.ingest.cli.run;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.LayoutHash;
import io.icestream.ingest.decode.HttpRegistryClient;
import io.icestream.ingest.decode.MappingCheck;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.decode.RegistryClient.RegisteredSchema;
import io.icestream.ingest.protocol.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;

/** What has to be true before an ingest can run. Reads only. */
final class Checks {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final IngestConfig config;

    Checks(IngestConfig config) {
        this.config = config;
    }

    /** {@return all checks, in the order in which a run needs them} */
    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.passed(
                "configuration",
                config.dataset().variables().size() + " variables at "
                        + config.dataset().stations().labels().size() + " stations"));
        checks.addAll(brokers());
        for (String topic : config.dataset().topics()) {
            checks.add(Check.of("schema " + topic, () -> schema(topic)));
        }
        checks.add(Check.of("repository", this::repository));
        return checks;
    }

    private List<Check> brokers() {
        List<Check> checks = new ArrayList<>();
        try (Cluster cluster = Cluster.at(config.clientProperties(), PATIENCE)) {
            Check reachable =
                    Check.of("brokers", () -> Check.passed("brokers", address() + ", cluster " + cluster.id()));
            checks.add(reachable);
            for (String topic : reachable.ok() ? config.dataset().topics() : List.<String>of()) {
                checks.add(Check.of("topic " + topic, () -> topic(cluster, topic)));
            }
        } catch (RuntimeException invalid) { // for instance properties that no client can be made from
            return List.of(Check.of("brokers", () -> {
                throw invalid;
            }));
        }
        return checks;
    }

    private String address() {
        return config.clientProperties().getOrDefault("bootstrap.servers", "(no bootstrap.servers)");
    }

    private static Check topic(Cluster cluster, String name) {
        Optional<TopicDescription> topic = cluster.findTopic(name);
        return topic.isPresent()
                ? Check.passed("topic " + name, topic.get().partitions().size() + " partitions")
                : Check.failed(
                        "topic " + name, "does not exist; create it, or correct 'dataset.topics'", ExitCode.NOT_FOUND);
    }

    private Check schema(String topic) {
        String what = "schema " + topic;
        String subject = RegistryClient.valueSubject(topic);
        Optional<RegisteredSchema> latest =
                new HttpRegistryClient(config.registry(), InstantSource.system()).latest(subject);
        if (latest.isEmpty()) {
            return Check.passed(what, "registry reached; nothing is registered as '" + subject + "' yet");
        }
        return MappingCheck.problem(latest.get().schema(), config.dataset())
                .map(problem -> Check.failed(
                        what, "schema " + latest.get().id() + " of '" + subject + "' " + problem, ExitCode.INVALID))
                .orElseGet(() -> Check.passed(
                        what, "schema " + latest.get().id() + " of '" + subject + "' has all mapped fields"));
    }

    private Check repository() throws IOException {
        String location = config.repository().location();
        if (Stores.isLocal(location)) {
            Path folder = Stores.path(location);
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                return Check.failed("repository", folder + " is a file, not a folder", ExitCode.INVALID);
            }
        }
        try (Storage storage = Stores.open(config.repository())) {
            if (!Repository.exists(storage)) {
                return Stores.isLocal(location) ? absent(Stores.path(location)) : absent(storage);
            }
        }
        return present(location);
    }

    private Check absent(Storage storage) {
        if (!config.repository().createIfMissing()) {
            return none(storage.location());
        }
        Optional<String> objection = storage.objectionToCreation();
        if (objection.isPresent()) {
            return Check.failed("repository", "cannot be created: " + objection.get(), ExitCode.INVALID);
        }
        try (Stream<ObjectSummary> objects = storage.list("")) {
            return objects.findAny().isPresent()
                    ? Check.failed(
                            "repository",
                            storage.location() + " is neither empty nor a repository; choose another prefix",
                            ExitCode.INVALID)
                    : Check.passed("repository", "will be created in " + storage.location());
        }
    }

    private static Check none(Object place) {
        return Check.failed(
                "repository",
                "there is none in " + place
                        + "; correct 'repository.location', or set 'repository.create-if-missing: true'",
                ExitCode.NOT_FOUND);
    }

    private Check absent(Path folder) throws IOException {
        if (!config.repository().createIfMissing()) {
            return none(folder);
        }
        if (Files.exists(folder) && !isEmpty(folder)) {
            return Check.failed(
                    "repository",
                    folder + " is neither empty nor a repository; choose another folder",
                    ExitCode.INVALID);
        }
        Path existing = nearestExisting(folder.toAbsolutePath());
        return Files.isWritable(existing)
                ? Check.passed("repository", "will be created in " + folder)
                : Check.failed("repository", "cannot be created: " + existing + " is not writable", ExitCode.FAILED);
    }

    private static Path nearestExisting(Path folder) {
        Path parent = folder.getParent();
        return Files.exists(folder) || parent == null ? folder : nearestExisting(parent);
    }

    private Check present(String location) {
        Optional<Ledger> ledger = LedgerReader.read(config).ledger();
        if (ledger.isEmpty()) {
            return Check.passed("repository", location + ", no data set of '" + config.id() + "' in it yet");
        }
        boolean sameLayout = ledger.get().layoutHash().equals(LayoutHash.of(config.dataset()));
        return sameLayout
                ? Check.passed(
                        "repository", location + ", publish " + ledger.get().sequence() + " of '" + config.id() + "'")
                : Check.failed(
                        "repository",
                        "the data set in " + location
                                + " was made with other axes, windows or variables; restore them, or"
                                + " choose another 'id' and 'dataset.group'",
                        ExitCode.INVALID);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
