package io.icestream.engine.format;

import java.time.Instant;

/**
 * What every transition of the repository object has to know about the update it makes.
 *
 * @param at the time of the update; where it is not later than the newest update so far, one microsecond after that is
 *     taken
 * @param backupPath name, without {@code overwritten/}, under which the present repository object is kept as a copy
 *     before it is replaced
 * @param updatesPerObject how many entries of the ops log the object carries; older ones are found in the backups
 */
public record UpdateStamp(Instant at, String backupPath, int updatesPerObject) {
    /** Checks the number. */
    public UpdateStamp {
        if (updatesPerObject < 1) {
            throw new IllegalArgumentException(
                    "Invalid number of updates per repository object " + updatesPerObject + ": it must be at least 1");
        }
    }
}
