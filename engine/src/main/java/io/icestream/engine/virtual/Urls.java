package io.icestream.engine.virtual;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parts of absolute URLs, and the forms in which they are compared. */
final class Urls {
    static final String RELATIVE = "vcc://";

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

    private Urls() {}

    /** The scheme in lower case, or empty if there is none that {@code ://} follows. */
    static Optional<String> scheme(String url) {
        int end = url.indexOf("://");
        return end > 0 && SCHEME.matcher(url.substring(0, end)).matches()
                ? Optional.of(url.substring(0, end).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** What stands between {@code ://} and the path. */
    static String authority(String url) {
        int start = url.indexOf("://") + 3;
        return url.substring(start, endOfAuthority(url, start));
    }

    private static int endOfAuthority(String url, int start) {
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** The path with its slash in front, encoded as it stands, without query and fragment. */
    static String path(String url) {
        int start = endOfAuthority(url, url.indexOf("://") + 3);
        int end = start;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        return end == start ? "/" : url.substring(start, end);
    }

    /** Decoded, as it stands. */
    static String verbatim(String url) {
        return server(url) + PercentCoding.decode(path(url));
    }

    /** Decoded, with {@code .} and {@code ..} resolved. */
    static String resolved(String url) {
        return server(url) + withoutDots(PercentCoding.decode(path(url)));
    }

    /** Whether a URL lies below a prefix, whichever way it is read. */
    static boolean isBelow(String url, String prefix) {
        String decoded = verbatim(prefix);
        return verbatim(url).startsWith(decoded) && resolved(url).startsWith(decoded);
    }

    private static String server(String url) {
        String scheme = scheme(url).orElse("");
        String authority = PercentCoding.decode(authority(url));
        String server = scheme + "://" + authority;
        return switch (scheme) {
            case "http" -> withoutPort(server.toLowerCase(Locale.ROOT), ":80");
            case "https" -> withoutPort(server.toLowerCase(Locale.ROOT), ":443");
            case "file" -> authority.equalsIgnoreCase("localhost") ? "file://" : server;
            default -> server;
        };
    }

    private static String withoutPort(String server, String port) {
        return server.endsWith(port) ? server.substring(0, server.length() - port.length()) : server;
    }

    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean dots = segments[i].equals(".") || segments[i].equals("..");
            if (segments[i].equals("..")) {
                kept.pollLast();
            }
            if (!dots) {
                kept.addLast(segments[i]);
            } else if (i == segments.length - 1) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    /** Whether a decoded path has segments that only S3 can have in its keys. */
    static boolean hasOpaqueSegments(String path) {
        String inner = path.startsWith("/") ? path.substring(1) : path;
        String whole = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
        return !whole.isEmpty()
                && Arrays.stream(whole.split("/", -1))
                        .anyMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
    }
}
