package io.icestream.ingest.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who mistyped a name may have meant. */
final class NearestName {

    private NearestName() {}

    /**
     * Finds the known name with the fewest edits.
     *
     * @param wanted what was typed
     * @param known the names that there are
     * @return the nearest one, unless more than half of it would have to be changed
     */
    static Optional<String> find(String wanted, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> 2 * distance(wanted, name) <= Math.max(wanted.length(), name.length()));
    }

    /** Levenshtein distance, case ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
