package io.icestream.engine.format;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions of the configuration, as the reference implementation applies them. */
final class Regex {
    private Regex() {}

    /** Whether the expression matches anywhere in the text; one that is not valid matches nothing. */
    static boolean finds(String regex, String text) {
        try {
            return Pattern.compile(regex).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return false;
        }
    }
}
