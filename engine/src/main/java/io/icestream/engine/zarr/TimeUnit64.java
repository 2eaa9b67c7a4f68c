package io.icestream.engine.zarr;

import java.util.Arrays;
import java.util.Optional;

/** The units that data types {@code numpy.datetime64} and {@code numpy.timedelta64} count in. */
public enum TimeUnit64 {
    /** Calendar years. */
    YEARS("Y", 0),
    /** Calendar months. */
    MONTHS("M", 0),
    /** Seven days. */
    WEEKS("W", 604_800),
    /** 86,400 seconds. */
    DAYS("D", 86_400),
    /** 3,600 seconds. */
    HOURS("h", 3_600),
    /** 60 seconds. */
    MINUTES("m", 60),
    /** Seconds. */
    SECONDS("s", 1),
    /** 10^-3 seconds. */
    MILLISECONDS("ms", -1_000),
    /** 10^-6 seconds. */
    MICROSECONDS("us", -1_000_000),
    /** 10^-9 seconds. */
    NANOSECONDS("ns", -1_000_000_000),
    /** 10^-12 seconds. */
    PICOSECONDS("ps", -1_000_000_000_000L),
    /** 10^-15 seconds. */
    FEMTOSECONDS("fs", -1_000_000_000_000_000L),
    /** 10^-18 seconds. */
    ATTOSECONDS("as", -1_000_000_000_000_000_000L),
    /** No unit is known. */
    GENERIC("generic", 0);

    private final String zarrName;
    private final long seconds;

    TimeUnit64(String zarrName, long seconds) {
        this.zarrName = zarrName;
        this.seconds = seconds;
    }

    /** The unit of that name in Zarr metadata; {@code μs} is another name of {@code us}. */
    static Optional<TimeUnit64> find(String zarrName) {
        String plain = zarrName.equals("\u03bcs") || zarrName.equals("\u00b5s") ? "us" : zarrName;
        return Arrays.stream(values())
                .filter(unit -> unit.zarrName.equals(plain))
                .findFirst();
    }

    /** The name in Zarr metadata, such as {@code ns}. */
    public String zarrName() {
        return zarrName;
    }

    /** Seconds of a unit; if negative, units of a second; 0 if it is neither. */
    long seconds() {
        return seconds;
    }
}
