package io.icestream.engine.format;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Features of a repository that were switched on or off against their default, by number. Known: 3 moving nodes, 4
 * creating tags, 5 deleting tags, all on by default. Numbers that are not known are kept.
 *
 * @param enabled switched on
 * @param disabled switched off
 */
public record FeatureFlags(SortedSet<Integer> enabled, SortedSet<Integer> disabled) {
    /** Moving nodes. */
    public static final int MOVE_NODE = 3;
    /** Creating tags. */
    public static final int CREATE_TAG = 4;
    /** Deleting tags. */
    public static final int DELETE_TAG = 5;
    /** Every feature at its default. */
    public static final FeatureFlags DEFAULT =
            new FeatureFlags(Collections.emptySortedSet(), Collections.emptySortedSet());

    /** Copies the sets. */
    public FeatureFlags {
        enabled = Collections.unmodifiableSortedSet(new TreeSet<>(enabled));
        disabled = Collections.unmodifiableSortedSet(new TreeSet<>(disabled));
    }

    /** These flags with one switched on or off, or, if {@code value} is empty, returned to its default. */
    public FeatureFlags with(int flag, Optional<Boolean> value) {
        SortedSet<Integer> on = new TreeSet<>(enabled);
        SortedSet<Integer> off = new TreeSet<>(disabled);
        on.remove(flag);
        off.remove(flag);
        value.ifPresent(wanted -> (wanted ? on : off).add(flag));
        return new FeatureFlags(on, off);
    }

    /** Whether a feature that is on by default was switched off. */
    public boolean isDisabled(int flag) {
        return disabled.contains(flag);
    }
}
