package io.icestream.engine.observe;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every activity when it ends, with its time: at level {@code DEBUG}, those of a storage at {@code TRACE}, to the logger of
 * this class's name. Thread-safe. Costs next to nothing while the level is off.
 */
public final class ActivityLog implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(ActivityLog.class);
    private static final String STORAGE = "storage.";

    private final LongSupplier nanoTime;

    /**
     * @param nanoTime tells the time in nanoseconds, counted from anywhere
     */
    public ActivityLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * @return a log that goes by this machine's time
     */
    public static ActivityLog create() {
        return new ActivityLog(System::nanoTime);
    }

    @Override
    public Span begin(Activity activity) {
        boolean detail = activity.name().startsWith(STORAGE);
        if (detail ? !LOG.isTraceEnabled() : !LOG.isDebugEnabled()) {
            return Span.NONE;
        }
        long start = nanoTime.getAsLong();
        return ending -> {
            String line = line(activity, ending, Duration.ofNanos(nanoTime.getAsLong() - start));
            if (detail) {
                LOG.trace("{}", line);
            } else {
                LOG.debug("{}", line);
            }
        };
    }

    private static String line(Activity activity, Ending ending, Duration took) {
        StringBuilder line = new StringBuilder(activity.name())
                .append(" of ")
                .append(activity.subject())
                .append(": ")
                .append(ending.outcome())
                .append(" in ")
                .append(took.toNanos() / 1_000)
                .append(" us");
        activity.labels()
                .forEach((name, value) ->
                        line.append(", ").append(name).append(' ').append(value));
        ending.amounts()
                .forEach((name, value) ->
                        line.append(", ").append(name).append(' ').append(value));
        ending.failure().ifPresent(failure -> line.append(", ").append(failure));
        return line.toString();
    }
}
