package io.icestream.ingest.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the protocol needs of Kafka's settings, and what other settings of ours already say. */
final class KafkaRules {

    private static final List<String> CACHE_SIZES = List.of("statestore.cache.max.bytes", "cache.max.bytes.buffering");
    private static final Map<String, String> OURS = Map.of(
            "application.id", "id",
            "state.dir", "state-directory",
            "num.stream.threads", "kafka.threads",
            "replication.factor", "kafka.replication",
            "bootstrap.servers", "kafka.properties.bootstrap.servers");

    private KafkaRules() {}

    static void check(KafkaSettings settings, SettingsNode group) {
        Problems problems = group.problems();
        if (settings.properties().getOrDefault("bootstrap.servers", "").isBlank()) {
            problems.add(group.path("properties.bootstrap.servers"), "is missing: the addresses of brokers are needed");
        }
        if (settings.replication() == 0) {
            problems.add(group.path("replication"), "-1 for the broker's default, or at least 1 is needed, not 0");
        }
        Map<String, String> streams = settings.streams();
        for (String name : CACHE_SIZES) {
            checkCache(group.path("streams." + name), streams.get(name), problems);
        }
        String guarantee = streams.getOrDefault("processing.guarantee", "exactly_once_v2");
        if (!guarantee.equals("exactly_once_v2")) {
            problems.add(
                    group.path("streams.processing.guarantee"),
                    "exactly_once_v2 is needed, so that rows, counts and offsets leave in one transaction");
        }
        OURS.forEach((name, key) -> {
            if (streams.containsKey(name)) {
                problems.add(group.path("streams." + name), "is set by " + key);
            }
        });
    }

    private static void checkCache(String key, @Nullable String size, Problems problems) {
        if (size == null) {
            return;
        }
        boolean some =
                SettingsNode.number(size).filter(bytes -> bytes.signum() > 0).isPresent();
        if (!some) {
            problems.add(
                    key,
                    "a whole number above 0 is needed: the flush of this cache is what drains rows before a commit");
        }
    }
}
