package io.icestream.engine.ref;

import io.icestream.engine.format.FeatureFlags;
import java.util.Locale;

/** What a repository can be told not to allow. All are allowed by default. Source: the reference implementation. */
public enum Feature {
    /** Moving nodes: opening, flushing and committing sessions that do. */
    MOVE_NODE(FeatureFlags.MOVE_NODE),
    /** Creating tags. */
    CREATE_TAG(FeatureFlags.CREATE_TAG),
    /** Deleting tags. */
    DELETE_TAG(FeatureFlags.DELETE_TAG);

    private final int flag;

    Feature(int flag) {
        this.flag = flag;
    }

    /**
     * @return its number in the repository object
     */
    public int flag() {
        return flag;
    }

    /**
     * @return its name, as every client calls it
     */
    public String flagName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
