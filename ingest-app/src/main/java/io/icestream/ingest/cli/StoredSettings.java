package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ConfigSetting;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is set in a repository.
 *
 * @param config its configuration as it is stored, with what is not known here
 * @param features {@code on} or {@code off} for each feature that is set; by its number if it is not known here
 * @param metadata its metadata
 */
record StoredSettings(ObjectNode config, SortedMap<String, String> features, SortedMap<String, JsonNode> metadata) {

    static StoredSettings of(Repository repository) {
        RepositoryInfo info = repository.info();
        SortedMap<String, String> features = new TreeMap<>();
        info.flags().enabled().forEach(flag -> features.put(name(flag), "on"));
        info.flags().disabled().forEach(flag -> features.put(name(flag), "off"));
        return new StoredSettings(RepositoryConfig.of(info).settings(), features, info.metadata());
    }

    private static String name(int flag) {
        return Arrays.stream(Feature.values())
                .filter(feature -> feature.flag() == flag)
                .map(Feature::flagName)
                .findFirst()
                .orElse(Integer.toString(flag));
    }

    /** {@return everything that is set, by the names that the verbs take} */
    SortedMap<String, JsonNode> flat() {
        SortedMap<String, JsonNode> flat = new TreeMap<>();
        flatten("", config, flat);
        features.forEach(
                (name, value) -> flat.put(SettingKey.FEATURE + name, JsonNodeFactory.instance.textNode(value)));
        metadata.forEach((name, value) -> flat.put(SettingKey.METADATA + name, value));
        return flat;
    }

    private static void flatten(String prefix, ObjectNode from, Map<String, JsonNode> to) {
        from.properties().forEach(member -> {
            String name = prefix + member.getKey();
            if (member.getValue() instanceof ObjectNode group && !name.equals("virtual_chunk_containers")) {
                flatten(name + ".", group, to);
            } else if (!member.getValue().isNull()) {
                to.put(name, member.getValue());
            }
        });
    }

    /** {@return rows of everything that can be set, and of what is set besides: name, value, default, meaning} */
    static List<List<String>> known(StoredSettings stored) {
        SortedMap<String, JsonNode> set = stored.flat();
        List<List<String>> rows = new ArrayList<>();
        for (ConfigSetting setting : ConfigSetting.ALL) {
            rows.add(row(setting.name(), set, setting.usual(), setting.meaning()));
        }
        for (Feature feature : Feature.values()) {
            rows.add(row(SettingKey.FEATURE + feature.flagName(), set, "on", "whether that is allowed"));
        }
        set.forEach((name, value) -> rows.add(List.of(name, text(value), "", "")));
        return rows;
    }

    private static List<String> row(String name, Map<String, JsonNode> set, String usual, String meaning) {
        JsonNode value = set.remove(name);
        return List.of(name, value == null ? "" : text(value), usual, meaning);
    }

    /** {@return a value as people write it} */
    static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
