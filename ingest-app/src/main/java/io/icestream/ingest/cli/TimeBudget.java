package io.icestream.ingest.cli;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a verb may take. To be used as a picocli mixin. */
final class TimeBudget {

    @Option(
            names = "--time-budget",
            paramLabel = "DURATION",
            converter = DurationInput.class,
            description = "Stop after this time; running again goes on.")
    private @Nullable Duration duration;

    /** {@return the request with the time, if one was given} */
    <T> T within(T request, BiFunction<T, Duration, T> with) {
        return duration == null ? request : with.apply(request, duration);
    }

    /** Says that there is more to do, if so. */
    void noteUnless(boolean finished, Output output) {
        if (!finished) {
            output.note("Stopped before the end; run again to go on");
        }
    }
}
