package io.icestream.engine.virtual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Locations as they are written into references. All are kept as they are given, but for the scheme, which is in lower case,
 * and {@code file:} URLs, which are normalised, since there {@code ..} leads to other files.
 *
 * <p>Source: reference implementation 2.3; WHATWG URL standard for {@code file:}.
 */
public final class LocationNames {
    private static final String TO_ENCODE = " \"<>`{}^";

    private LocationNames() {}

    /**
     * Checks a location and gives the form in which it is stored.
     *
     * @param location an absolute URL, or {@code vcc://NAME/PATH} below the container of that name; what is reserved in URLs
     *     and meant to be part of a key is percent-encoded
     * @return the stored form
     * @throws IllegalArgumentException if it is no URL, or has neither host nor bucket nor name
     */
    public static String stored(String location) {
        if (location.regionMatches(true, 0, "file:", 0, 5)) {
            return file(location.substring(5));
        }
        String scheme = Urls.scheme(location)
                .orElseThrow(() -> invalid(location, "a URL such as s3://bucket/key or vcc://name/path is needed"));
        if (Urls.authority(location).isEmpty()) {
            throw invalid(location, "it has no " + (scheme.equals("vcc") ? "container's name" : "host or bucket"));
        }
        return scheme + location.substring(scheme.length());
    }

    /**
     * Makes a relative location.
     *
     * @param container name of a container
     * @param path path below its prefix; empty segments are dropped
     * @return {@code vcc://container/path}
     * @throws IllegalArgumentException if the name is empty or holds a slash
     */
    public static String relative(String container, String path) {
        if (container.isEmpty() || container.contains("/")) {
            throw new IllegalArgumentException(
                    "Invalid name '" + container + "' of a virtual chunk container: it is empty or holds a '/'");
        }
        StringBuilder location = new StringBuilder(Urls.RELATIVE).append(container);
        Arrays.stream(path.split("/"))
                .filter(segment -> !segment.isEmpty())
                .forEach(segment -> location.append('/').append(segment));
        return location.toString();
    }

    private static IllegalArgumentException invalid(String location, String why) {
        return new IllegalArgumentException("Invalid location '" + location + "' of a virtual chunk: " + why);
    }

    private static String file(String rest) {
        String clean = rest.replaceAll("[\t\n\r]", "");
        int tail = 0;
        while (tail < clean.length() && clean.charAt(tail) != '?' && clean.charAt(tail) != '#') {
            tail++;
        }
        String place = clean.substring(0, tail).replace('\\', '/');
        String host = "";
        if (place.startsWith("//")) {
            int end = place.indexOf('/', 2);
            host = place.substring(2, end < 0 ? place.length() : end);
            place = end < 0 ? "/" : place.substring(end);
        }
        String path = normal(place.startsWith("/") ? place.substring(1) : place);
        return "file://" + (host.equalsIgnoreCase("localhost") ? "" : host.toLowerCase(Locale.ROOT)) + "/" + path
                + clean.substring(tail);
    }

    private static String normal(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String plain = segments[i].replaceAll("(?i)%2e", ".");
            if (plain.equals("..") && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!plain.equals(".") && !plain.equals("..")) {
                kept.add(encoded(segments[i]));
            } else if (i == segments.length - 1) {
                kept.add("");
            }
        }
        return String.join("/", kept);
    }

    private static String encoded(String segment) {
        StringBuilder encoded = new StringBuilder();
        segment.codePoints().forEach(c -> {
            String text = Character.toString(c);
            encoded.append(c <= ' ' || c >= 0x7F || TO_ENCODE.indexOf(c) >= 0 ? PercentCoding.encode(text) : text);
        });
        return encoded.toString();
    }
}
