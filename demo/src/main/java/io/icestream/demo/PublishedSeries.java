package io.icestream.demo;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Session;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.util.Arrays;
import java.util.Optional;

/**
 * The end of a series as a reader of {@code main} sees it.
 *
 * @param values means of an hour each, oldest first; NaN where there is no value
 */
@SuppressWarnings("ArrayRecordComponent") // drawn once, never compared
record PublishedSeries(double[] values) {

    private static final int SLOTS_PER_HOUR = 60 / Feed.STEP_MINUTES;

    /**
     * Reads it.
     *
     * @param repository the repository
     * @param variable name of the array
     * @param station index of the station
     * @param hours how many hours to read, or fewer if there are not as many yet
     * @return the series; empty if the array does not exist yet
     */
    static Optional<PublishedSeries> read(Repository repository, String variable, int station, int hours) {
        Session session = repository.readonlySession(Version.branch("main"));
        NodePath path = NodePath.of("/" + variable);
        if (session.findNode(path).isEmpty()) {
            return Optional.empty();
        }
        ZarrArray array = ZarrArray.open(session, path);
        long slots = array.metadata().shape()[0];
        long wanted = Math.min(slots, (long) hours * SLOTS_PER_HOUR);
        NdArray read = array.read(new Region(new long[] {slots - wanted, station}, new long[] {wanted, 1}));
        return Optional.of(new PublishedSeries(hourly(read.doubles())));
    }

    private static double[] hourly(double[] slots) {
        double[] means = new double[slots.length / SLOTS_PER_HOUR];
        for (int hour = 0; hour < means.length; hour++) {
            means[hour] = Arrays.stream(slots, hour * SLOTS_PER_HOUR, (hour + 1) * SLOTS_PER_HOUR)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
        }
        return means;
    }
}
