package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The persistent configuration of a repository: a typed view of the settings that this engine uses, over the stored value,
 * of which all else stays as it is. Only what somebody set is stored; {@link #DEFAULT} stores nothing.
 *
 * <p>Stored form: a map in {@link FlexBuffers}. Used here: {@code inline_chunk_threshold_bytes}, {@code compression.level},
 * {@code manifest.splitting.split_sizes}, {@code manifest.preload}, {@code num_updates_per_repo_info_file}, {@code repo_update_retries.default} with
 * {@code max_tries}, {@code initial_backoff_ms}, {@code max_backoff_ms}, {@code virtual_chunk_containers}, {@code
 * manifest.virtual_chunk_location_compression} with {@code min_num_chunks}, {@code dictionary_max_training_samples}, {@code
 * dictionary_max_size_bytes}, {@code compression_level}. A setting that is absent or null is at its default.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class RepositoryConfig {
    /** Nothing set. */
    public static final RepositoryConfig DEFAULT = new RepositoryConfig(JsonNodeFactory.instance.objectNode());

    /** How a repository is split that is created here without other rules: see {@link #withDefaultSplitRules}. */
    public static final List<SplitRule> DEFAULT_SPLIT_RULES = List.of(new SplitRule(
            new ArrayCondition.AnyArray(),
            List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), 1024))));

    private static final int DEFAULT_INLINE_THRESHOLD_BYTES = 512;
    private static final int DEFAULT_COMPRESSION_LEVEL = 3;
    private static final int REPOSITORY_OBJECT_LEVEL = -1;
    private static final int DEFAULT_UPDATES_PER_OBJECT = 1000;
    private static final int MAX_U16 = 0xFFFF;
    private static final int MAX_LEVEL = 22;

    private static final String INLINE_THRESHOLD = "/inline_chunk_threshold_bytes";
    private static final String COMPRESSION_LEVEL = "/compression/level";
    private static final String UPDATES_PER_OBJECT = "/num_updates_per_repo_info_file";
    private static final String SPLIT_SIZES = "/manifest/splitting/split_sizes";
    private static final String PRELOAD = "/manifest/preload";
    private static final String CONTAINERS = "/virtual_chunk_containers";
    private static final String LOCATIONS = "/manifest/virtual_chunk_location_compression/";
    private static final String LOCATIONS_MIN = LOCATIONS + "min_num_chunks";
    private static final String LOCATIONS_SAMPLES = LOCATIONS + "dictionary_max_training_samples";
    private static final String LOCATIONS_DICTIONARY = LOCATIONS + "dictionary_max_size_bytes";
    private static final String LOCATIONS_LEVEL = LOCATIONS + "compression_level";
    private static final String MAX_TRIES = "/repo_update_retries/default/max_tries";
    private static final String INITIAL_BACKOFF = "/repo_update_retries/default/initial_backoff_ms";
    private static final String MAX_BACKOFF = "/repo_update_retries/default/max_backoff_ms";

    /** Settings that another configuration replaces as a whole, not member by member. */
    private static final Set<String> WHOLE = Set.of("virtual_chunk_containers", "splitting", "preload");

    private final ObjectNode stored;
    private final int inlineChunkThresholdBytes;
    private final int compressionLevel;
    private final int updatesPerRepositoryObject;
    private final List<SplitRule> splitRules;
    private final Optional<ManifestPreload> manifestPreload;
    private final UpdateRetries updateRetries;
    private final LocationCompression locationCompression;
    private final ContainersCodec.Read containers;

    private RepositoryConfig(ObjectNode stored) {
        this.stored = stored;
        inlineChunkThresholdBytes = number(INLINE_THRESHOLD, DEFAULT_INLINE_THRESHOLD_BYTES, 0, MAX_U16);
        compressionLevel = number(COMPRESSION_LEVEL, DEFAULT_COMPRESSION_LEVEL, 0, 0xFF);
        updatesPerRepositoryObject = number(UPDATES_PER_OBJECT, DEFAULT_UPDATES_PER_OBJECT, 1, MAX_U16);
        splitRules = setting(SPLIT_SIZES).map(SplitRulesCodec::read).orElse(List.of());
        manifestPreload = setting(PRELOAD).flatMap(PreloadCodec::read);
        updateRetries = new UpdateRetries(
                number(MAX_TRIES, UpdateRetries.DEFAULT.maxTries(), 1, MAX_U16),
                milliseconds(INITIAL_BACKOFF, UpdateRetries.DEFAULT.initialBackoff()),
                milliseconds(MAX_BACKOFF, UpdateRetries.DEFAULT.maxBackoff()));
        LocationCompression usual = LocationCompression.DEFAULT;
        locationCompression = new LocationCompression(
                number(LOCATIONS_MIN, usual.minReferences(), 0, MAX_U16),
                number(LOCATIONS_SAMPLES, usual.maxSamples(), 0, MAX_U16),
                number(LOCATIONS_DICTIONARY, usual.maxDictionaryBytes(), 0, Integer.MAX_VALUE),
                number(LOCATIONS_LEVEL, usual.level(), Integer.MIN_VALUE, Integer.MAX_VALUE));
        containers = ContainersCodec.read(stored.at(CONTAINERS));
    }

    private Optional<JsonNode> setting(String pointer) {
        JsonNode value = stored.at(pointer);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private int number(String pointer, int absent, int least, int greatest) {
        JsonNode value = setting(pointer).orElse(JsonNodeFactory.instance.numberNode(absent));
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > greatest) {
            throw new IllegalArgumentException("Invalid configuration: " + pointer + " is " + value
                    + ", not an integer from " + least + " to " + greatest);
        }
        return value.intValue();
    }

    private Duration milliseconds(String pointer, Duration absent) {
        return Duration.ofMillis(number(pointer, Math.toIntExact(absent.toMillis()), 0, Integer.MAX_VALUE));
    }

    /**
     * Reads the stored form.
     *
     * @param object what to call it in errors
     * @throws CorruptObjectException if it is not readable, or a setting that is used here has a wrong type or range
     */
    public static RepositoryConfig decode(Bytes stored, String object) {
        JsonNode value = FlexBuffers.decode(stored, object);
        if (!(value instanceof ObjectNode settings)) {
            throw new CorruptObjectException(
                    object, 0, "a map of settings", value.getNodeType().toString());
        }
        return of(settings, object);
    }

    /**
     * Reads the form in which repositories of version 1 store it, {@code config.yaml}.
     *
     * @param object what to call it in errors
     * @throws CorruptObjectException as for {@link #decode}
     */
    public static RepositoryConfig decodeYaml(Bytes file, String object) {
        return of(ConfigYaml.decode(file, object), object);
    }

    private static RepositoryConfig of(ObjectNode settings, String object) {
        try {
            return new RepositoryConfig(settings);
        } catch (IllegalArgumentException e) {
            CorruptObjectException corrupt =
                    new CorruptObjectException(object, 0, "a configuration", String.valueOf(e.getMessage()));
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }

    /** The configuration of a repository: what it stores, or {@link #DEFAULT} if it stores nothing. */
    public static RepositoryConfig of(RepositoryInfo info) {
        return info.config()
                .map(stored -> decode(stored, "repo, configuration"))
                .orElse(DEFAULT);
    }

    /** The stored form. */
    public Bytes encode() {
        return FlexBuffers.encode(ConfigYaml.withoutTags(stored));
    }

    /** The form in which repositories of version 1 store it. */
    public Bytes encodeYaml() {
        return ConfigYaml.encode(stored);
    }

    /** Whether nothing is set. */
    public boolean isDefault() {
        return stored.isEmpty();
    }

    /** The stored form for a new repository: empty if nothing was set. */
    public Optional<Bytes> encodeUnlessDefault() {
        return stored.isEmpty() ? Optional.empty() : Optional.of(encode());
    }

    /** Chunks up to this size are kept in the manifest; 512 bytes by default. */
    public int inlineChunkThresholdBytes() {
        return inlineChunkThresholdBytes;
    }

    /** zstd level of metadata files; 3 by default. */
    public int compressionLevel() {
        return Math.min(compressionLevel, MAX_LEVEL);
    }

    /**
     * zstd level of the repository object: what was set for all metadata files, else -1. That object is compressed by every
     * commit, which is most of what a long history costs; level 1 takes twice the time to save 10 % of the size, level 3
     * nearly three times to save 12 %.
     */
    public int repositoryObjectCompressionLevel() {
        return setting(COMPRESSION_LEVEL).isPresent() ? compressionLevel() : REPOSITORY_OBJECT_LEVEL;
    }

    /** How many entries of the ops log the repository object carries; 1000 by default. */
    public int updatesPerRepositoryObject() {
        return updatesPerRepositoryObject;
    }

    /** How manifests are split; where nothing is stored there are no rules, which is one manifest per array. */
    public List<SplitRule> splitRules() {
        return splitRules;
    }

    /** What sessions fetch ahead; nothing by default, while the reference then fetches coordinates. */
    public Optional<ManifestPreload> manifestPreload() {
        return manifestPreload;
    }

    /** The splitting in force in its stored form, as snapshots whose manifests were laid out by it have it; a new value. */
    public ObjectNode splitting() {
        List<SplitRule> rules = splitRules.isEmpty() ? SplitRulesCodec.UNSPLIT : splitRules;
        return JsonNodeFactory.instance.objectNode().set("split_sizes", SplitRulesCodec.write(rules));
    }

    /** How a lost race for the repository object is run again. */
    public UpdateRetries updateRetries() {
        return updateRetries;
    }

    /** When and how manifests compress the locations of virtual chunks. */
    public LocationCompression locationCompression() {
        return locationCompression;
    }

    /** The places that virtual chunks may lie in, in the order of their prefixes; none by default. */
    public List<VirtualChunkContainer> virtualChunkContainers() {
        return containers.containers();
    }

    /** What the configuration has among its virtual chunk containers that makes no sense and is not used, and why. */
    public List<String> ignoredVirtualChunkContainers() {
        return containers.ignored();
    }

    /** The virtual chunk container with exactly this prefix, or empty if there is none. */
    public Optional<VirtualChunkContainer> findVirtualChunkContainer(String urlPrefix) {
        return virtualChunkContainers().stream()
                .filter(container -> container.urlPrefix().equals(urlPrefix))
                .findFirst();
    }

    /** How the manifests of one array are split. */
    public ManifestSplits splits(NodePath path, NodeData.Array array) {
        return ManifestSplits.of(splitRules, path, array);
    }

    /** All settings, those included that are not used here; a copy. */
    public ObjectNode settings() {
        return stored.deepCopy();
    }

    /** Sets the size up to which chunks are kept in the manifest, from 0 to 65535 bytes. */
    public RepositoryConfig withInlineChunkThresholdBytes(int bytes) {
        return with(INLINE_THRESHOLD, JsonNodeFactory.instance.numberNode(bytes));
    }

    /** Sets the zstd level of metadata files. */
    public RepositoryConfig withCompressionLevel(int level) {
        return with(COMPRESSION_LEVEL, JsonNodeFactory.instance.numberNode(level));
    }

    /** Sets how many entries of the ops log the repository object carries, from 1 to 65535. */
    public RepositoryConfig withUpdatesPerRepositoryObject(int updates) {
        return with(UPDATES_PER_OBJECT, JsonNodeFactory.instance.numberNode(updates));
    }

    /** Sets how manifests are split. It applies to arrays as commits touch them. */
    public RepositoryConfig withSplitRules(List<SplitRule> rules) {
        return with(SPLIT_SIZES, SplitRulesCodec.write(rules));
    }

    /** Sets what sessions fetch ahead. */
    public RepositoryConfig withManifestPreload(ManifestPreload preload) {
        return with(PRELOAD, PreloadCodec.write(preload));
    }

    /** Sets when and how manifests compress the locations of virtual chunks. It applies to manifests written from now on. */
    public RepositoryConfig withLocationCompression(LocationCompression compression) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return with(LOCATIONS_MIN, json.numberNode(compression.minReferences()))
                .with(LOCATIONS_SAMPLES, json.numberNode(compression.maxSamples()))
                .with(LOCATIONS_DICTIONARY, json.numberNode(compression.maxDictionaryBytes()))
                .with(LOCATIONS_LEVEL, json.numberNode(compression.level()));
    }

    /**
     * Adds a place that virtual chunks may lie in, instead of one with the same prefix and one with the same name.
     *
     * @throws IllegalArgumentException if its store is of an unknown kind
     */
    public RepositoryConfig withVirtualChunkContainer(VirtualChunkContainer container) {
        return with(CONTAINERS, ContainersCodec.with(stored.at(CONTAINERS), container));
    }

    /** Takes all virtual chunk containers away, those included that are stored in a repository and that this overlays. */
    public RepositoryConfig withoutVirtualChunkContainers() {
        return with(CONTAINERS, JsonNodeFactory.instance.objectNode());
    }

    /**
     * The configuration to create a repository with: this one, and if it says nothing of splitting, {@link
     * #DEFAULT_SPLIT_RULES}. An array that grows along its first dimension then has its new chunks in a manifest of at most
     * 1,024 steps, and a commit that appends writes that one only. The rules are stored, so that other clients keep to them
     * when they commit. An empty list of rules, set by {@link #withSplitRules}, is one manifest per array.
     */
    public RepositoryConfig withDefaultSplitRules() {
        return setting(SPLIT_SIZES).isPresent() ? this : withSplitRules(DEFAULT_SPLIT_RULES);
    }

    /** Sets how a lost race for the repository object is run again. */
    public RepositoryConfig withUpdateRetries(UpdateRetries retries) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return with(MAX_TRIES, json.numberNode(retries.maxTries()))
                .with(INITIAL_BACKOFF, json.numberNode(retries.initialBackoff().toMillis()))
                .with(MAX_BACKOFF, json.numberNode(retries.maxBackoff().toMillis()));
    }

    /** The value of a setting, if it is set. */
    public Optional<JsonNode> find(ConfigSetting wanted) {
        return setting(wanted.pointer());
    }

    /**
     * Sets a setting by its name.
     *
     * @param value from {@link ConfigSetting#parse}
     */
    public RepositoryConfig with(ConfigSetting wanted, JsonNode value) {
        return with(wanted.pointer(), value);
    }

    /**
     * Returns something to its default, be it a setting that is known here or not, one value or a group of them.
     *
     * @param name where it stands, members joined by dots
     */
    public RepositoryConfig without(String name) {
        ObjectNode copy = stored.deepCopy();
        remove(copy, List.of(name.split("\\.", -1)));
        return new RepositoryConfig(copy);
    }

    /** Removes a value, and what is empty without it. */
    private static void remove(ObjectNode from, List<String> names) {
        String first = names.get(0);
        if (names.size() > 1 && from.get(first) instanceof ObjectNode below) {
            remove(below, names.subList(1, names.size()));
            if (below.isEmpty()) {
                from.remove(first);
            }
        } else if (names.size() == 1) {
            from.remove(first);
        }
    }

    private RepositoryConfig with(String pointer, JsonNode value) {
        ObjectNode copy = stored.deepCopy();
        ObjectNode parent = copy;
        String[] names = pointer.substring(1).split("/", -1);
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode child = parent.get(names[i]);
            parent = child instanceof ObjectNode existing ? existing : parent.putObject(names[i]);
        }
        parent.set(names[names.length - 1], FlexBuffers.normal(value));
        return new RepositoryConfig(copy);
    }

    /**
     * This configuration with what {@code other} sets on top. Splitting, preloading and virtual chunk containers are replaced
     * as a whole, all else setting by setting.
     */
    public RepositoryConfig overlaidBy(RepositoryConfig other) {
        ObjectNode merged = stored.deepCopy();
        merge(merged, other.stored);
        return new RepositoryConfig(merged);
    }

    private static void merge(ObjectNode target, ObjectNode source) {
        source.properties().forEach(entry -> {
            JsonNode present = target.get(entry.getKey());
            JsonNode value = entry.getValue();
            if (present instanceof ObjectNode below
                    && value instanceof ObjectNode above
                    && !WHOLE.contains(entry.getKey())) {
                merge(below, above);
            } else if (!value.isNull() || present == null) {
                target.set(entry.getKey(), value.deepCopy());
            }
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RepositoryConfig that && stored.equals(that.stored);
    }

    @Override
    public int hashCode() {
        return stored.hashCode();
    }

    /** The settings as JSON. */
    @Override
    public String toString() {
        return stored.toString();
    }
}
