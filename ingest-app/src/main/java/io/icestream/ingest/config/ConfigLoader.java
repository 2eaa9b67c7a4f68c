package io.icestream.ingest.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration of an ingest: a YAML file, environment variables on top of it, and assignments of the command line on top of
 * those. Unknown keys are refused, everything that is wrong is told at once.
 *
 * <p>Any text may hold {@code ${env:NAME}} or {@code ${file:PATH}}, for secrets; relative paths count from the file's folder. What they
 * stand for is never printed.
 */
public final class ConfigLoader {

    private ConfigLoader() {}

    /**
     * Reads and checks a configuration.
     *
     * @param file the YAML file
     * @param environment environment variables: those that begin with {@code ICESTREAM_} override settings, all can be referred to
     * @param overrides assignments {@code key=value}, later ones on top
     * @return the configuration
     * @throws ConfigException if anything is wrong with it; nothing can be used then
     */
    public static IngestConfig load(Path file, Map<String, String> environment, List<String> overrides) {
        Problems problems = new Problems();
        ObjectNode tree = read(file, problems);
        problems.throwIfAny(message -> message);
        Overrides onTop = new Overrides(tree, knownKeys(), problems);
        onTop.applyEnvironment(environment);
        onTop.applyAssignments(overrides);
        Path folder = file.toAbsolutePath().normalize().getParent();
        SecretReferences secrets = new SecretReferences(environment, folder == null ? Path.of("/") : folder, problems);
        IngestConfig config = ConfigReader.read(new SettingsNode("", tree, problems, secrets, new KnownKeys()));
        problems.throwIfAny(secrets::masked);
        return config;
    }

    private static ObjectNode read(Path file, Problems problems) {
        try {
            JsonNode tree = YamlTree.read(Files.readString(file));
            if (tree instanceof ObjectNode group) {
                return group;
            }
            problems.add(file.toString(), "groups of settings are needed");
        } catch (IOException e) {
            problems.add(file.toString(), "cannot be read: " + e);
        } catch (YamlTree.UnreadableException e) {
            problems.add(file.toString(), String.valueOf(e.getMessage()));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** Reads an empty configuration for the sake of the keys that are asked for. */
    private static KnownKeys knownKeys() {
        KnownKeys keys = new KnownKeys();
        Problems ignored = new Problems();
        SecretReferences none = new SecretReferences(Map.of(), Path.of("/"), ignored);
        ConfigReader.read(new SettingsNode("", JsonNodeFactory.instance.objectNode(), ignored, none, keys));
        return keys;
    }
}
