package io.icestream.engine.format;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The order of the UTF-8 bytes of strings, which is that of their code points. {@link String#compareTo} orders UTF-16
 * units instead, which differs where surrogates meet U+E000 to U+FFFF.
 */
public final class Utf8Order {
    /** The order as a comparator. */
    public static final Comparator<String> COMPARATOR = Utf8Order::compare;

    private Utf8Order() {}

    /** Compares two strings by their UTF-8 bytes. */
    public static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Integer.compare(rank(a), rank(b));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /** Moves surrogates above all other units, which is where their code points belong. */
    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + 0x10000 : unit;
    }

    static <V> SortedMap<String, V> copyOf(Map<String, ? extends V> map) {
        TreeMap<String, V> copy = new TreeMap<>(COMPARATOR);
        copy.putAll(map);
        return Collections.unmodifiableSortedMap(copy);
    }

    static SortedSet<String> copyOf(Collection<String> names) {
        TreeSet<String> copy = new TreeSet<>(COMPARATOR);
        copy.addAll(names);
        return Collections.unmodifiableSortedSet(copy);
    }
}
