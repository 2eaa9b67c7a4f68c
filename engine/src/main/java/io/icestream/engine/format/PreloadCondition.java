package io.icestream.engine.format;

import java.util.List;

/** Which manifests to fetch ahead. Regular expressions match anywhere in the text; one that is not valid never matches. */
public sealed interface PreloadCondition {
    /**
     * Whether a manifest is to be fetched.
     *
     * @param array path of the array that it belongs to
     * @param references number of chunk references in it
     */
    boolean matches(NodePath array, long references);

    /**
     * All manifests, or none.
     *
     * @param value which of both
     */
    record Constant(boolean value) implements PreloadCondition {
        @Override
        public boolean matches(NodePath array, long references) {
            return value;
        }
    }

    /**
     * Manifests of some arrays.
     *
     * @param arrays which arrays
     */
    record Arrays(ArrayCondition arrays) implements PreloadCondition {
        @Override
        public boolean matches(NodePath array, long references) {
            return arrays.matches(array);
        }
    }

    /**
     * Manifests of some size.
     *
     * @param least smallest number of chunk references
     * @param most largest number of chunk references
     */
    record References(long least, long most) implements PreloadCondition {
        @Override
        public boolean matches(NodePath array, long references) {
            return references >= least && references <= most;
        }
    }

    /**
     * Manifests that one condition at least is for.
     *
     * @param conditions the conditions
     */
    record AnyOf(List<PreloadCondition> conditions) implements PreloadCondition {
        /** Copies the list. */
        public AnyOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(NodePath array, long references) {
            return conditions.stream().anyMatch(condition -> condition.matches(array, references));
        }
    }

    /**
     * Manifests that every condition is for.
     *
     * @param conditions the conditions
     */
    record AllOf(List<PreloadCondition> conditions) implements PreloadCondition {
        /** Copies the list. */
        public AllOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(NodePath array, long references) {
            return conditions.stream().allMatch(condition -> condition.matches(array, references));
        }
    }
}
