package io.icestream.ingest.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.format.ConfigSetting;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The name of something that is stored in a repository for everybody, and how it is read, set and returned to its default. */
interface SettingKey {

    /** Before the name of a feature. */
    String FEATURE = "feature.";

    /** Before a name in the metadata of the repository. */
    String METADATA = "metadata.";

    /** {@return what holds where it is not set; empty if that is nothing} */
    Optional<String> usual();

    /**
     * Reads a value of the command line.
     *
     * @param text what was written
     * @return the value
     * @throws CliException if it makes no sense
     */
    JsonNode value(String text);

    /** Stores a value. */
    void set(Repository repository, JsonNode value);

    /** Returns it to its default. */
    void unset(Repository repository);

    /**
     * Finds what a name means.
     *
     * @param name the name
     * @return what can be set
     * @throws CliException if there is nothing of the name; the message names the nearest one
     */
    static SettingKey parse(String name) {
        return find(name)
                .orElseThrow(() -> new CliException(
                        ExitCode.USAGE,
                        "Unknown setting '" + name + "'"
                                + NearestName.find(name, names())
                                        .map(nearest -> "; did you mean '" + nearest + "'?")
                                        .orElse("; 'config show --all' lists what can be set")));
    }

    /** What a stored name means, be it known here or not. */
    static SettingKey stored(String name) {
        return find(name).orElseGet(() -> new OfUnknown(name));
    }

    /** That a name is not set. */
    static CliException notSet(String name) {
        return new CliException(ExitCode.NOT_FOUND, "'" + name + "' is not set in this repository");
    }

    private static Optional<SettingKey> find(String name) {
        if (name.startsWith(METADATA) && name.length() > METADATA.length()) {
            return Optional.of(new OfMetadata(name.substring(METADATA.length())));
        }
        Optional<SettingKey> feature = Arrays.stream(Feature.values())
                .filter(known -> name.equals(FEATURE + known.flagName()))
                .map(OfFeature::new)
                .map(SettingKey.class::cast)
                .findFirst();
        return feature.or(() -> ConfigSetting.find(name).map(OfConfig::new));
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        ConfigSetting.ALL.forEach(setting -> names.add(setting.name()));
        Arrays.stream(Feature.values()).forEach(feature -> names.add(FEATURE + feature.flagName()));
        return names;
    }

    /** A setting of the configuration. */
    record OfConfig(ConfigSetting setting) implements SettingKey {
        @Override
        public Optional<String> usual() {
            return Optional.of(setting.usual());
        }

        @Override
        public JsonNode value(String text) {
            try {
                return setting.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public void set(Repository repository, JsonNode value) {
            repository.settings().updateConfig(config -> config.with(setting, value));
        }

        @Override
        public void unset(Repository repository) {
            repository.settings().updateConfig(config -> config.without(setting.name()));
        }
    }

    /** Something in the stored configuration that is not known here. */
    record OfUnknown(String name) implements SettingKey {
        @Override
        public Optional<String> usual() {
            return Optional.empty();
        }

        @Override
        public JsonNode value(String text) {
            throw new CliException(ExitCode.USAGE, "Unknown setting '" + name + "'");
        }

        @Override
        public void set(Repository repository, JsonNode value) {
            throw new CliException(ExitCode.USAGE, "Unknown setting '" + name + "'");
        }

        @Override
        public void unset(Repository repository) {
            repository.settings().updateConfig(config -> config.without(name));
        }
    }

    /** Whether something is allowed. */
    record OfFeature(Feature feature) implements SettingKey {
        @Override
        public Optional<String> usual() {
            return Optional.of("on");
        }

        @Override
        public JsonNode value(String text) {
            if (!text.equals("on") && !text.equals("off")) {
                throw new CliException(
                        ExitCode.USAGE,
                        "Invalid value '" + text + "' for " + FEATURE + feature.flagName() + ": it must be on or off");
            }
            return JsonNodeFactory.instance.textNode(text);
        }

        @Override
        public void set(Repository repository, JsonNode value) {
            repository
                    .settings()
                    .setFeature(
                            feature, value.asText().equals("on") ? FeatureSetting.ENABLED : FeatureSetting.DISABLED);
        }

        @Override
        public void unset(Repository repository) {
            repository.settings().setFeature(feature, FeatureSetting.DEFAULT);
        }
    }

    /** A value of the metadata. */
    record OfMetadata(String name) implements SettingKey {
        private static final JsonMapper MAPPER = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        @Override
        public Optional<String> usual() {
            return Optional.empty();
        }

        @Override
        public JsonNode value(String text) {
            try {
                JsonNode value = MAPPER.readTree(text);
                if (!value.isMissingNode()) {
                    return value;
                }
            } catch (JsonProcessingException e) {
                throw new CliException(ExitCode.USAGE, notJson(text), e);
            }
            throw new CliException(ExitCode.USAGE, notJson(text));
        }

        private String notJson(String text) {
            return "Invalid value '" + text + "' for " + METADATA + name
                    + ": it must be JSON; a text has quotation marks, which a shell needs quoted: '\"text\"'";
        }

        @Override
        public void set(Repository repository, JsonNode value) {
            repository.settings().updateMetadata(Map.of(name, value));
        }

        @Override
        public void unset(Repository repository) {
            repository.settings().removeMetadata(Set.of(name));
        }
    }
}
