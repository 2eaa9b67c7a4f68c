package io.icestream.engine.ref;

import java.util.Optional;

/** What a repository says about one feature. */
public enum FeatureSetting {
    /** Nothing: the default of the feature holds. */
    DEFAULT(Optional.empty()),
    /** It is allowed. */
    ENABLED(Optional.of(true)),
    /** It is forbidden. */
    DISABLED(Optional.of(false));

    private final Optional<Boolean> value;

    FeatureSetting(Optional<Boolean> value) {
        this.value = value;
    }

    Optional<Boolean> value() {
        return value;
    }
}
