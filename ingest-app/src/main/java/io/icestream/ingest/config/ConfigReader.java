package io.icestream.ingest.config;

import io.icestream.engine.storage.StorageProvider;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a configuration of settings: keys, defaults and what a single setting must be like. */
final class ConfigReader {

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private ConfigReader() {}

    static IngestConfig read(SettingsNode root) {
        IngestConfig config = new IngestConfig(
                id(root),
                repository(root.group("repository")),
                kafka(root.group("kafka")),
                registry(root.group("schema-registry")),
                DatasetReader.read(root.group("dataset")),
                watermark(root.group("watermark")),
                late(root.group("late")),
                commit(root.group("commit")),
                errors(root.group("errors")),
                tags(root.group("tags")),
                stateDirectory(root));
        root.finish();
        ownTopics(config, root.problems());
        return config;
    }

    private static String id(SettingsNode root) {
        String id = root.required("id");
        if (root.problems().noneAt("id") && !ID.matcher(id).matches()) {
            root.problems().add("id", "at most 63 lower-case letters, digits and hyphens are needed, not '" + id + "'");
        }
        return id;
    }

    private static RepositorySettings repository(SettingsNode group) {
        String location = group.required("location");
        Optional<StorageProvider> provider = StorageProvider.find(location);
        RepositorySettings settings = new RepositorySettings(
                location,
                group.text("branch").orElse("main"),
                group.flag("create-if-missing", true),
                storage(group.group("storage"), provider));
        group.finish();
        if (!settings.storage().isEmpty() && provider.isEmpty()) {
            group.problems()
                    .add(group.path("storage"), "is only for locations that begin with " + String.join(" ", schemes()));
        }
        return settings;
    }

    private static List<String> schemes() {
        return StorageProvider.installed().stream()
                .filter(installed -> !installed.settings().isEmpty())
                .flatMap(installed -> installed.schemes().stream())
                .map(scheme -> scheme + ":")
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** What the values mean is known to the store only, which tells when it is opened. */
    private static Map<String, String> storage(SettingsNode group, Optional<StorageProvider> provider) {
        Map<String, String> settings = new LinkedHashMap<>();
        provider.map(List::of).orElseGet(StorageProvider::installed).stream()
                .flatMap(installed -> installed.settings().stream())
                .distinct()
                .forEach(name -> group.text(name).ifPresent(value -> settings.put(name, value)));
        group.finish();
        return settings;
    }

    private static KafkaSettings kafka(SettingsNode group) {
        KafkaSettings settings = new KafkaSettings(
                group.properties("properties"),
                group.properties("streams"),
                group.integer("slot-partitions", 1, 10_000, 4),
                (short) group.integer("replication", -1, 100, -1),
                group.integer("threads", 1, 1_000, 1));
        group.finish();
        KafkaRules.check(settings, group);
        return settings;
    }

    private static RegistrySettings registry(SettingsNode group) {
        Map<String, String> headers = group.properties("headers");
        Duration timeout = positive(group, "request-timeout", Duration.ofSeconds(10));
        List<URI> urls = new ArrayList<>();
        for (String url : group.texts("urls")) {
            url(group, group.path("urls") + "[" + urls.size() + "]", url).ifPresent(urls::add);
        }
        if (urls.isEmpty() && group.problems().noneAt(group.path("urls"))) {
            group.problems().add(group.path("urls"), "is missing: the address of a schema registry is needed");
        }
        group.finish();
        return new RegistrySettings(urls, headers, timeout);
    }

    private static Optional<URI> url(SettingsNode group, String key, String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getUserInfo() != null) {
                group.problems()
                        .add(
                                key,
                                "must not hold a password: use schema-registry.headers with ${env:NAME} or ${file:PATH}");
                return Optional.empty();
            }
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException e) {
            // told below, like every other text that is no address
        }
        group.problems().add(key, "an address such as http://127.0.0.1:8081 is needed");
        return Optional.empty();
    }

    private static WatermarkSettings watermark(SettingsNode group) {
        WatermarkSettings settings = new WatermarkSettings(
                natural(group, "max-out-of-orderness", Duration.ofMinutes(1)),
                positive(group, "idle-timeout", Duration.ofMinutes(2)),
                natural(group, "max-future-skew", Duration.ofMinutes(10)));
        group.finish();
        return settings;
    }

    private static LateSettings late(SettingsNode group) {
        LateSettings settings = new LateSettings(
                group.word("policy", LateSettings.Policy.class, LateSettings.Policy.REVISE),
                natural(group, "horizon", Duration.ofDays(1)));
        group.finish();
        return settings;
    }

    private static CommitSettings commit(SettingsNode group) {
        CommitSettings settings = new CommitSettings(
                group.integer("max-windows", 1, 1_000_000, 500),
                positive(group, "late-interval", Duration.ofSeconds(60)),
                positive(group, "round-timeout", Duration.ofSeconds(30)),
                positive(group, "max-uncommitted-age", Duration.ofHours(6)));
        group.finish();
        return settings;
    }

    private static ErrorSettings errors(SettingsNode group) {
        Optional<String> topic = group.text("dead-letter-topic");
        topic.ifPresent(name -> topic(group, group.path("dead-letter-topic"), name));
        ErrorSettings settings = new ErrorSettings(
                group.word("tolerance", ErrorSettings.Tolerance.class, ErrorSettings.Tolerance.ALL),
                topic,
                group.word(
                        "on-ledger-rollback",
                        ErrorSettings.OnLedgerRollback.class,
                        ErrorSettings.OnLedgerRollback.FAIL));
        group.finish();
        return settings;
    }

    private static TagSettings tags(SettingsNode group) {
        TagSettings settings = new TagSettings(
                group.flag("enabled", true), group.text("pattern").orElse("daily-{date}"));
        String rest = settings.pattern().replace("{date}", "").replace("{ingest}", "");
        if (!settings.pattern().contains("{date}") || rest.contains("{") || rest.contains("}") || rest.contains("/")) {
            group.problems()
                    .add(
                            group.path("pattern"),
                            "{date}, and beside it only {ingest} and text without slashes, is needed, not '"
                                    + settings.pattern() + "'");
        }
        group.finish();
        return settings;
    }

    private static Path stateDirectory(SettingsNode root) {
        return root.parsed("state-directory", "a path", text -> {
                    try {
                        return Optional.of(Path.of(text));
                    } catch (InvalidPathException e) {
                        return Optional.empty();
                    }
                })
                .orElse(Path.of("./state"));
    }

    static void topic(SettingsNode group, String key, String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            group.problems().add(key, "the name of a topic is needed, not '" + name + "'");
        }
    }

    private static void ownTopics(IngestConfig config, Problems problems) {
        List<String> own = List.of(
                config.slotsTopic(),
                config.commitTopic(),
                config.eventsTopic(),
                config.controlTopic(),
                config.deadLetterTopic());
        config.dataset().topics().stream()
                .filter(own::contains)
                .forEach(topic -> problems.add("dataset.topics", "'" + topic + "' is a topic that the ingest writes"));
    }

    static Duration positive(SettingsNode group, String key, Duration fallback) {
        return atLeast(group, key, fallback, Duration.ofMillis(1));
    }

    private static Duration natural(SettingsNode group, String key, Duration fallback) {
        return atLeast(group, key, fallback, Duration.ZERO);
    }

    private static Duration atLeast(SettingsNode group, String key, Duration fallback, Duration least) {
        Duration duration = group.duration(key, fallback);
        boolean measured = duration.compareTo(Duration.ofDays(365_000)) <= 0;
        if (duration.compareTo(least) < 0 || !measured) {
            group.problems()
                    .add(
                            group.path(key),
                            measured
                                    ? "must not be below " + (least.isZero() ? "0s" : "1ms") + ": " + duration
                                    : "is longer than 365000d: " + duration);
        }
        return duration;
    }
}
