package io.icestream.engine.format;

import java.util.Optional;

/** Which dimensions of an array a split is for. */
public sealed interface DimensionCondition {
    /** Whether the split is for this dimension. */
    boolean matches(int axis, Optional<String> name);

    /** Every dimension. */
    record Any() implements DimensionCondition {
        @Override
        public boolean matches(int axis, Optional<String> name) {
            return true;
        }
    }

    /**
     * One dimension by its place.
     *
     * @param index zero based
     */
    record Axis(int index) implements DimensionCondition {
        @Override
        public boolean matches(int axis, Optional<String> name) {
            return axis == index;
        }
    }

    /**
     * Dimensions whose name matches.
     *
     * @param regex a regular expression that matches anywhere in the name; one that is not valid never matches
     */
    record DimensionName(String regex) implements DimensionCondition {
        @Override
        public boolean matches(int axis, Optional<String> name) {
            return name.isPresent() && Regex.finds(regex, name.get());
        }
    }
}
