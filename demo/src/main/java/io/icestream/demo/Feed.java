package io.icestream.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which records arrive when: each station observes every {@value #STEP_MINUTES} minutes, and its records travel for a few minutes; some
 * for hours, some come twice, and a few are broken. A pure function of the seed, so a run can go on where another one ended.
 */
final class Feed {

    /** Minutes between two observations of a station. */
    static final int STEP_MINUTES = 5;

    /** No usual record travels longer than this many minutes. */
    static final int USUAL_DELAY_MINUTES = 12;

    private static final int LONGEST_DELAY_MINUTES = 6 * 60;
    private static final int DAY = 1440;

    private final long seed;
    private final long origin;

    /**
     * @param seed seed of all chance
     * @param origin first simulated minute, since 1970; begins a day
     */
    Feed(long seed, long origin) {
        this.seed = seed;
        this.origin = origin;
    }

    /**
     * Lists the records that arrive in a span of simulated time.
     *
     * @param from its begin in minutes since 1970
     * @param to its end
     * @return the records in the order of their arrival
     */
    List<Arrival> between(long from, long to) {
        List<Arrival> arrivals = new ArrayList<>();
        long first = Math.max(origin, from - LONGEST_DELAY_MINUTES);
        for (long event = -Math.floorDiv(-first, (long) STEP_MINUTES) * STEP_MINUTES;
                event < to;
                event += STEP_MINUTES) {
            for (Station station : Station.NETWORK) {
                observe(station.label(), event, arrivals);
            }
        }
        for (long day = Math.floorDiv(from, (long) DAY) * DAY; day < to; day += DAY) {
            misbehave(day, arrivals);
        }
        arrivals.removeIf(arrival -> arrival.minute() < from || arrival.minute() >= to);
        arrivals.sort(Comparator.comparingLong(Arrival::minute));
        return arrivals;
    }

    private void observe(String station, long event, List<Arrival> arrivals) {
        SplittableRandom random = new SplittableRandom(seed + 31 * event + 7919L * station.hashCode());
        int dice = random.nextInt(1000);
        if (dice < 8) {
            return; // the station missed one
        }
        boolean isLate = dice < 14;
        long delay = isLate ? random.nextInt(2 * 60, LONGEST_DELAY_MINUTES) : random.nextInt(USUAL_DELAY_MINUTES);
        arrivals.add(new Arrival(event + delay, isLate ? Arrival.Kind.LATE : Arrival.Kind.USUAL, station, event));
        if (dice >= 980) {
            arrivals.add(
                    new Arrival(event + random.nextInt(USUAL_DELAY_MINUTES), Arrival.Kind.REPEATED, station, event));
        }
    }

    /** Once or twice a day, each thing that can be wrong with a record is wrong with one. */
    private void misbehave(long day, List<Arrival> arrivals) {
        SplittableRandom random = new SplittableRandom(seed ^ day);
        for (Arrival.Kind kind : Arrival.Kind.values()) {
            boolean tooEarly = kind == Arrival.Kind.TOO_LATE && day < origin + 2 * DAY;
            for (int i = random.nextInt(1, 3); kind.isBroken() && !tooEarly && i > 0; i--) {
                String station = Station.NETWORK
                        .get(random.nextInt(Station.NETWORK.size()))
                        .label();
                long minute = day + random.nextInt(DAY / 2, DAY);
                long event = minute / STEP_MINUTES * STEP_MINUTES - (kind == Arrival.Kind.TOO_LATE ? 2 * DAY : 0);
                arrivals.add(new Arrival(minute, kind, station, event));
            }
        }
    }
}
