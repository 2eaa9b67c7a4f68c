package io.icestream.engine.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/**
 * One setting of {@link RepositoryConfig} that can be set by its name. What other clients cannot read makes them refuse the repository, so each has a type and a range.
 *
 * <p>Source: the configuration of the reference implementation, icechunk 2.3.0. Containers of virtual chunks and conditions for preloading
 * are not among them: they are values of many parts.
 *
 * @param name where it stands, members joined by dots
 * @param type what its values are
 * @param usual what holds where it is not set, for people
 * @param meaning what it is about
 */
public record ConfigSetting(String name, Type type, String usual, String meaning) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Type U16 = new Whole(0, 0xFFFF);
    private static final Type POSITIVE_U16 = new Whole(1, 0xFFFF);
    private static final Type U32 = new Whole(0, 0xFFFF_FFFFL);
    private static final Type U64 = new Whole(0, Long.MAX_VALUE);

    /** All settings, in the order in which the reference lists them. */
    public static final List<ConfigSetting> ALL = List.of(
            of("inline_chunk_threshold_bytes", U16, "512", "chunks up to this size are kept in the manifest"),
            of("get_partial_values_concurrency", U16, "10", "ranges fetched at a time"),
            of("compression.algorithm", new Choice(List.of("zstd")), "zstd", "of metadata files"),
            of("compression.level", new Whole(0, 22), "3", "zstd level of metadata files"),
            of("max_concurrent_requests", POSITIVE_U16, "256", "storage requests at a time"),
            of("max_concurrent_decodes", POSITIVE_U16, "processors", "metadata files decoded at a time"),
            of("caching.num_snapshot_nodes", U64, "500000", "snapshot cache, in nodes"),
            of("caching.num_chunk_refs", U64, "15000000", "manifest cache, in references"),
            of("caching.num_transaction_changes", U64, "0", "transaction log cache, in changes"),
            of("caching.num_bytes_attributes", U64, "0", "attribute cache, in bytes"),
            of("caching.num_bytes_chunks", U64, "0", "chunk cache, in bytes"),
            of(
                    "storage.concurrency.max_concurrent_requests_for_object",
                    POSITIVE_U16,
                    "18",
                    "ranges of one object at a time"),
            of(
                    "storage.concurrency.ideal_concurrent_request_size",
                    new Whole(1, Long.MAX_VALUE),
                    "12582912",
                    "bytes per range"),
            of("storage.retries.max_tries", POSITIVE_U16, "10", "tries per request"),
            of("storage.retries.initial_backoff_ms", U32, "100", "first pause, in milliseconds"),
            of("storage.retries.max_backoff_ms", U32, "180000", "longest pause, in milliseconds"),
            of("storage.timeouts.connect_timeout_ms", U32, "none", "time to connect, in milliseconds"),
            of("storage.timeouts.read_timeout_ms", U32, "none", "time to the first byte, in milliseconds"),
            of("storage.timeouts.operation_timeout_ms", U32, "none", "time with all tries, in milliseconds"),
            of("storage.timeouts.operation_attempt_timeout_ms", U32, "none", "time per try, in milliseconds"),
            of("storage.unsafe_use_conditional_update", new Truth(), "true", "false loses commits"),
            of("storage.unsafe_use_conditional_create", new Truth(), "true", "false loses commits"),
            of("storage.unsafe_use_metadata", new Truth(), "true", "metadata of objects, which settles lost replies"),
            of("storage.storage_class", new Text(), "the store's", "of objects without a class of their own below"),
            of("storage.metadata_storage_class", new Text(), "the store's", "of metadata files"),
            of("storage.chunks_storage_class", new Text(), "the store's", "of chunk objects"),
            of("storage.minimum_size_for_multipart_upload", U64, "104857600", "bytes from which objects go in parts"),
            of("manifest.preload.max_total_refs", U32, "10000", "references fetched ahead when a session opens"),
            of("manifest.preload.max_arrays_to_scan", U32, "50", "arrays looked at for fetching ahead"),
            of("manifest.splitting.split_sizes", new Splits(), "none", "how manifests are split, as JSON"),
            of(
                    "manifest.virtual_chunk_location_compression.min_num_chunks",
                    U16,
                    "1000",
                    "virtual chunks from which locations are compressed"),
            of(
                    "manifest.virtual_chunk_location_compression.dictionary_max_training_samples",
                    U16,
                    "100",
                    "locations to learn from"),
            of(
                    "manifest.virtual_chunk_location_compression.dictionary_max_size_bytes",
                    U32,
                    "2048",
                    "size of the dictionary"),
            of(
                    "manifest.virtual_chunk_location_compression.compression_level",
                    new Whole(0, 22),
                    "3",
                    "zstd level of locations"),
            of(
                    "manifest.max_concurrent_manifest_fetches_during_commit",
                    POSITIVE_U16,
                    "1",
                    "manifests written at a time by the reference"),
            of(
                    "repo_update_retries.default.max_tries",
                    POSITIVE_U16,
                    "100",
                    "attempts to replace the repository object"),
            of(
                    "repo_update_retries.default.initial_backoff_ms",
                    U32,
                    "50",
                    "first pause between them, in milliseconds"),
            of(
                    "repo_update_retries.default.max_backoff_ms",
                    U32,
                    "30000",
                    "longest pause between them, in milliseconds"),
            of(
                    "num_updates_per_repo_info_file",
                    POSITIVE_U16,
                    "1000",
                    "log entries that the repository object carries"));

    private static ConfigSetting of(String name, Type type, String usual, String meaning) {
        return new ConfigSetting(name, type, usual, meaning);
    }

    /** Looks a setting up by its name. */
    public static Optional<ConfigSetting> find(String name) {
        return ALL.stream().filter(setting -> setting.name.equals(name)).findFirst();
    }

    /** Where it stands in the configuration, as a JSON pointer. */
    public String pointer() {
        return "/" + name.replace('.', '/');
    }

    /**
     * Reads a value from text.
     *
     * @throws IllegalArgumentException if it is not of the type or not in the range
     */
    public JsonNode parse(String text) {
        return type.find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "Invalid value '" + text + "' for setting " + name + ": it must be " + type.description()));
    }

    /** What the values of a setting are. */
    public sealed interface Type {
        /** Completes the sentence "it must be". */
        String description();

        /** The value that a text stands for, or empty if it stands for none. */
        Optional<JsonNode> find(String text);
    }

    /**
     * A whole number.
     *
     * @param least the smallest
     * @param greatest the largest
     */
    public record Whole(long least, long greatest) implements Type {
        @Override
        public String description() {
            return greatest == Long.MAX_VALUE
                    ? "a whole number of at least " + least
                    : "a whole number from " + least + " to " + greatest;
        }

        @Override
        public Optional<JsonNode> find(String text) {
            if (!text.matches("[0-9]{1,18}")) {
                return Optional.empty();
            }
            long number = Long.parseLong(text);
            return number < least || number > greatest
                    ? Optional.empty()
                    : Optional.of(JsonNodeFactory.instance.numberNode(number));
        }
    }

    /** Yes or no. */
    public record Truth() implements Type {
        @Override
        public String description() {
            return "true or false";
        }

        @Override
        public Optional<JsonNode> find(String text) {
            return text.equals("true") || text.equals("false")
                    ? Optional.of(JsonNodeFactory.instance.booleanNode(text.equals("true")))
                    : Optional.empty();
        }
    }

    /**
     * One of a few words.
     *
     * @param words the words
     */
    public record Choice(List<String> words) implements Type {
        /** Copies the list. */
        public Choice {
            words = List.copyOf(words);
        }

        @Override
        public String description() {
            return "one of " + String.join(", ", words);
        }

        @Override
        public Optional<JsonNode> find(String text) {
            return words.contains(text) ? Optional.of(JsonNodeFactory.instance.textNode(text)) : Optional.empty();
        }
    }

    /** Any text but none. */
    public record Text() implements Type {
        @Override
        public String description() {
            return "a text that is not empty";
        }

        @Override
        public Optional<JsonNode> find(String text) {
            return text.isBlank() ? Optional.empty() : Optional.of(JsonNodeFactory.instance.textNode(text));
        }
    }

    /** Rules for splitting manifests. */
    public record Splits() implements Type {
        @Override
        public String description() {
            return "rules in JSON such as [[\"any_array\", [{\"condition\": {\"DimensionName\": \"time\"}, \"num_chunks\": 720}]]]";
        }

        @Override
        public Optional<JsonNode> find(String text) {
            try {
                return Optional.of(SplitRulesCodec.write(SplitRulesCodec.read(MAPPER.readTree(text))));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }
}
