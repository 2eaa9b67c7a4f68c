package io.icestream.engine.maintenance;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Tells old objects from new ones. */
final class ObjectAge {
    private ObjectAge() {}

    /** Whether an object certainly was there before; a time in whole seconds may have been cut, so it lasts its second. */
    static boolean isBefore(Instant lastModified, Instant cutoff) {
        return lastModified.equals(lastModified.truncatedTo(ChronoUnit.SECONDS))
                ? !lastModified.plusSeconds(1).isAfter(cutoff)
                : lastModified.isBefore(cutoff);
    }
}
