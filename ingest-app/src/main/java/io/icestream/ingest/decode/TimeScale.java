package io.icestream.ingest.decode;

/** What a number that means a time counts. */
enum TimeScale {
    DAYS(0, 86_400_000_000L, 1),
    SECONDS(1, 1_000_000, 1),
    MILLIS(2, 1_000, 1),
    MICROS(3, 1, 1),
    NANOS(4, 1, 1_000);

    private static final TimeScale[] BY_CODE = {DAYS, SECONDS, MILLIS, MICROS, NANOS};

    /** How instructions name it. */
    final int code;

    final long multiplier;
    final long divisor;

    TimeScale(int code, long multiplier, long divisor) {
        this.code = code;
        this.multiplier = multiplier;
        this.divisor = divisor;
    }

    static TimeScale of(int code) {
        return BY_CODE[code];
    }
}
