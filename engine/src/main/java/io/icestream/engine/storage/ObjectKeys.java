package io.icestream.engine.storage;

import java.util.regex.Pattern;

/**
 * The rules that keys follow in every storage.
 *
 * <p>A key is one or more segments joined by {@code /}. A segment is neither empty nor {@code .} nor {@code ..} and
 * holds neither control
 * characters nor a backslash. The last one does not end in {@code #} and digits: such names mark unfinished objects in
 * local directories.
 */
public final class ObjectKeys {
    private static final Pattern TEMPORARY = Pattern.compile("[^/]*#[0-9]+");

    private ObjectKeys() {}

    /**
     * Checks a key.
     *
     * @param key the key
     * @return the same key
     * @throws IllegalArgumentException if it is not valid
     */
    public static String requireValid(String key) {
        requireValidSegments("key", key, key);
        if (isTemporary(key.substring(key.lastIndexOf('/') + 1))) {
            throw invalid("key", key, "a name must not end in '#' and digits, which marks unfinished objects");
        }
        return key;
    }

    /**
     * Checks a prefix of keys, which may be empty, and may end in a slash or amid a segment.
     *
     * @param prefix the prefix
     * @return the same prefix
     * @throws IllegalArgumentException if no valid key starts with it
     */
    public static String requireValidPrefix(String prefix) {
        String segments = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!prefix.isEmpty()) {
            requireValidSegments("prefix", prefix, segments);
        }
        return prefix;
    }

    /**
     * Tells whether a text is a key.
     *
     * @param text the text
     * @return true if {@link #requireValid} takes it
     */
    public static boolean isValid(String text) {
        try {
            requireValid(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Tells whether a name marks an unfinished object, which no listing shows.
     *
     * @param name last segment of a key
     */
    static boolean isTemporary(String name) {
        return TEMPORARY.matcher(name).matches();
    }

    private static void requireValidSegments(String what, String text, String segments) {
        for (String segment : segments.split("/", -1)) {
            if (segment.isEmpty()) {
                throw invalid(what, text, "a segment is empty; join segments by a single '/', without one in front");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw invalid(what, text, "'" + segment + "' is no segment; write the key in full");
            }
        }
        if (segments.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
            throw invalid(what, text, "it holds a control character or a backslash");
        }
    }

    private static IllegalArgumentException invalid(String what, String text, String why) {
        return new IllegalArgumentException("Invalid " + what + " '" + text + "': " + why);
    }
}
