package io.icestream.ingest.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts in what {@code ${env:NAME}} and {@code ${file:PATH}} stand for. Relative paths count from the configuration's folder. */
final class SecretReferences {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w*):([^}]*)}");

    private final Map<String, String> environment;
    private final Path folder;
    private final Problems problems;
    private final Set<String> values = new LinkedHashSet<>();

    SecretReferences(Map<String, String> environment, Path folder, Problems problems) {
        this.environment = environment;
        this.folder = folder;
        this.problems = problems;
    }

    String resolve(String key, String text) {
        return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(remembered(value(key, match))));
    }

    private String remembered(String value) {
        if (!value.isBlank()) {
            values.add(value);
        }
        return value;
    }

    /** {@return a message in which nothing is left of what references stand for} */
    String masked(String message) {
        String masked = message;
        for (String value : values) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }

    private String value(String key, MatchResult reference) {
        String name = reference.group(2);
        return switch (reference.group(1)) {
            case "env" -> variable(key, name);
            case "file" -> file(key, name);
            default -> {
                problems.add(key, "unknown reference " + reference.group() + ": use ${env:NAME} or ${file:PATH}");
                yield "";
            }
        };
    }

    private String variable(String key, String name) {
        String value = environment.get(name);
        if (value == null) {
            problems.add(key, "environment variable " + name + " is not set");
            return "";
        }
        return value;
    }

    private String file(String key, String name) {
        try {
            return Files.readString(folder.resolve(name)).stripTrailing();
        } catch (IOException | InvalidPathException e) {
            problems.add(key, "cannot read file " + name + ": " + e.getClass().getSimpleName());
            return "";
        }
    }
}
