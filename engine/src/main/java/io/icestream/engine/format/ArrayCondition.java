package io.icestream.engine.format;

import java.util.List;

/** Which arrays a splitting rule is for. Regular expressions match anywhere in the text; one that is not valid never matches. */
public sealed interface ArrayCondition {
    /** Whether the rule is for the array at {@code path}. */
    boolean matches(NodePath path);

    /** Every array. */
    record AnyArray() implements ArrayCondition {
        @Override
        public boolean matches(NodePath path) {
            return true;
        }
    }

    /**
     * Arrays whose whole path matches.
     *
     * @param regex a regular expression
     */
    record PathMatches(String regex) implements ArrayCondition {
        @Override
        public boolean matches(NodePath path) {
            return Regex.finds(regex, path.toString());
        }
    }

    /**
     * Arrays whose name, the last segment of the path, matches.
     *
     * @param regex a regular expression
     */
    record NameMatches(String regex) implements ArrayCondition {
        @Override
        public boolean matches(NodePath path) {
            return Regex.finds(regex, path.name());
        }
    }

    /**
     * Arrays that one condition at least is for.
     *
     * @param conditions the conditions
     */
    record AnyOf(List<ArrayCondition> conditions) implements ArrayCondition {
        /** Copies the list. */
        public AnyOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(NodePath path) {
            return conditions.stream().anyMatch(condition -> condition.matches(path));
        }
    }

    /**
     * Arrays that every condition is for.
     *
     * @param conditions the conditions
     */
    record AllOf(List<ArrayCondition> conditions) implements ArrayCondition {
        /** Copies the list. */
        public AllOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean matches(NodePath path) {
            return conditions.stream().allMatch(condition -> condition.matches(path));
        }
    }
}
