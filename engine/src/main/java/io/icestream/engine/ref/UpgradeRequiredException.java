package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;

/**
 * The repository is in version 1 of the format, which does not have what was asked for; nothing was changed. Upgrade it to
 * version 2, with {@code icestream upgrade} or with {@code Upgrade}, then ask again.
 */
public class UpgradeRequiredException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final String feature;

    /**
     * @param feature what version 1 does not have, for example {@code feature flags}
     * @param location where the repository is
     */
    public UpgradeRequiredException(String feature, String location) {
        super("No " + feature + " in the repository at " + location
                + ": it is in format version 1, which does not have that; upgrade it to version 2 first");
        this.feature = feature;
    }

    /**
     * @return what version 1 does not have
     */
    public String feature() {
        return feature;
    }
}
