package io.icestream.engine.observe;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what an observer throws away from the work that it watches: it is logged, and the activity goes on unwatched. One
 * that throws would throw at every call, so each kind of failure is logged once. Thread-safe.
 */
final class GuardedObserver implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

    private final Observer observer;
    private final Set<Failure> logged = ConcurrentHashMap.newKeySet();

    GuardedObserver(Observer observer) {
        this.observer = observer;
    }

    /** What counts as the same failure: there are as many as names of activities, at most, for each class of exceptions. */
    private record Failure(String part, String activity, Class<?> exception) {}

    @Override
    public Span begin(Activity activity) {
        Span span;
        try {
            span = Objects.requireNonNull(observer.begin(activity), "the observer gave no span");
        } catch (Exception e) { // checked ones, too: observers in other languages throw them without saying so
            log("beginning", activity, e);
            return Span.NONE;
        }
        return span == Span.NONE ? span : ending -> end(span, activity, ending);
    }

    private void end(Span span, Activity activity, Ending ending) {
        try {
            span.end(ending);
        } catch (Exception e) {
            log("end", activity, e);
        }
    }

    private void log(String part, Activity activity, Exception failure) {
        if (logged.add(new Failure(part, activity.name(), failure.getClass()))) {
            LOG.warn(
                    "Observer {} failed when it was told of the {} of {} ({}); the work goes on, and this is logged once",
                    observer.getClass().getName(),
                    part,
                    activity.name(),
                    activity.subject(),
                    failure);
        }
    }
}
