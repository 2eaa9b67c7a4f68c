package io.icestream.engine.storage;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings as text, from the query of a location and from elsewhere, and how single values are read. Immutable.
 *
 * <p>Values are texts, {@code true} or {@code false} (a name alone is {@code true}), whole numbers, or times such as
 * {@code 500ms}, {@code 30s}, {@code 5m}. Messages name the setting and never show its value, which may be a secret in
 * the wrong place.
 */
public final class LocationSettings {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Map<String, String> values;

    private LocationSettings(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Takes the settings of a location together.
     *
     * @param kind what sort of location it is, for messages, for example {@code an S3 location}
     * @param location a URL; its query goes before the settings
     * @param settings further settings by name
     * @param names the names that are known
     * @param secrets the names that are refused in a query, which is shown and logged
     * @return the settings
     * @throws IllegalArgumentException if a name is not known, or a secret stands in the query
     */
    public static LocationSettings of(
            String kind, String location, Map<String, String> settings, List<String> names, Set<String> secrets) {
        Map<String, String> query = query(location);
        query.keySet().stream().filter(secrets::contains).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("Invalid option '" + name
                    + "' in a location: locations are shown and logged; use the environment or a configuration file");
        });
        Map<String, String> values = new TreeMap<>(settings);
        values.putAll(query);
        Set<String> unknown = new LinkedHashSet<>(values.keySet());
        names.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Unknown option '"
                    + unknown.iterator().next() + "' of " + kind + "; known: " + String.join(", ", names));
        }
        return new LocationSettings(values);
    }

    /**
     * Tells whether a location is a URL with a scheme.
     *
     * @param location a path or URL
     * @param scheme the scheme
     * @return true if it begins with the scheme, in whatever case, and a colon
     */
    public static boolean hasScheme(String location, String scheme) {
        return location.regionMatches(true, 0, scheme + ":", 0, scheme.length() + 1);
    }

    /**
     * Gives the options in the query of a location.
     *
     * @param location for example {@code s3://bucket/prefix?region=eu-central-1}
     * @return the options by name, in their order
     */
    public static Map<String, String> query(String location) {
        Map<String, String> query = new LinkedHashMap<>();
        int start = location.indexOf('?');
        for (String pair : start < 0
                ? List.<String>of()
                : List.of(location.substring(start + 1).split("&"))) {
            String[] parts = pair.split("=", 2);
            if (!pair.isEmpty()) {
                query.put(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : "true");
            }
        }
        return query;
    }

    /**
     * Drops the query of a location.
     *
     * @param location a URL
     * @return what stands before the question mark
     */
    public static String withoutQuery(String location) {
        int start = location.indexOf('?');
        return start < 0 ? location : location.substring(0, start);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * Adds a value for a setting that has none.
     *
     * @param name its name
     * @param value the value, if there is one
     * @return the settings with it
     */
    public LocationSettings withDefault(String name, Optional<String> value) {
        if (value.isEmpty() || text(name).isPresent()) {
            return this;
        }
        Map<String, String> more = new TreeMap<>(values);
        more.put(name, value.get());
        return new LocationSettings(more);
    }

    /**
     * Reads a text.
     *
     * @param name name of the setting
     * @return its value, or empty if it is not set or blank
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    /**
     * Reads a text that has to be there.
     *
     * @param name name of the setting
     * @param by what needs it
     * @return its value
     * @throws IllegalArgumentException if it is not set
     */
    public String required(String name, String by) {
        return text(name)
                .orElseThrow(() -> new IllegalArgumentException("Missing option '" + name + "': " + by + " needs it"));
    }

    /**
     * Reads an address.
     *
     * @param name name of the setting
     * @param example what one looks like
     * @return its value, or empty if it is not set
     * @throws IllegalArgumentException if it is none
     */
    public Optional<URI> address(String name, String example) {
        return parsed(name, "an address such as " + example, text -> Optional.of(URI.create(text)));
    }

    /**
     * Reads a switch.
     *
     * @param name name of the setting
     * @return its value, or empty if it is not set
     * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
     */
    public Optional<Boolean> flag(String name) {
        return text(name).map(value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, "true or false");
        });
    }

    /**
     * Does something if a switch is on.
     *
     * @param name name of the setting
     * @param action what to do
     */
    public void whenTrue(String name, Runnable action) {
        if (flag(name).orElse(false)) {
            action.run();
        }
    }

    /**
     * Reads a count.
     *
     * @param name name of the setting
     * @return its value, 1 to 10000, or empty if it is not set
     * @throws IllegalArgumentException if it is none
     */
    public Optional<Integer> number(String name) {
        return parsed(name, "a whole number from 1 to 10000", text -> {
            int number = Integer.parseInt(text);
            return number < 1 || number > 10_000 ? Optional.empty() : Optional.of(number);
        });
    }

    /**
     * Reads a time.
     *
     * @param name name of the setting
     * @return its value, which is positive, or empty if it is not set
     * @throws IllegalArgumentException if it is none
     */
    public Optional<Duration> time(String name) {
        return parsed(name, "a positive time such as 500ms, 30s or 5m", text -> {
            Matcher matcher = TIME.matcher(text);
            Duration time = matcher.matches()
                    ? Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)))
                    : Duration.parse(text);
            return time.isNegative() || time.isZero() ? Optional.empty() : Optional.of(time);
        });
    }

    private static ChronoUnit unit(String name) {
        return switch (name) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }

    private <T> Optional<T> parsed(String name, String expected, Function<String, Optional<T>> parser) {
        return text(name).map(text -> {
            try {
                return parser.apply(text).orElseThrow(() -> invalid(name, expected));
            } catch (NumberFormatException | DateTimeException e) {
                throw invalid(name, expected);
            } catch (IllegalArgumentException e) {
                throw e.getCause() == null ? e : invalid(name, expected);
            }
        });
    }

    /**
     * Makes the error that a value is of no use. Does not show it.
     *
     * @param name name of the setting
     * @param expected what is needed
     * @return the error
     */
    public static IllegalArgumentException invalid(String name, String expected) {
        return new IllegalArgumentException("Invalid option '" + name + "': " + expected + " is needed");
    }

    /** Shows the names only. */
    @Override
    public String toString() {
        return "LocationSettings" + values.keySet();
    }
}
