package io.icestream.engine.observe;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Is told what the engine does, for traces, metrics and logs. Called from any thread, many at a time; must be quick, as the work
 * waits for it (in a test that is a way to make a store slow). {@link Activity} lists what there is to be told.
 *
 * <p>An observer never changes what becomes of the work. What it throws when it is told of a beginning or an end is logged at
 * level {@code WARN}, once per kind, and the activity goes on without it; other observers are told all the same. Only an
 * {@link Error} goes up to whoever called. The engine sees to that wherever it takes an observer, see {@link #guarded}.
 *
 * <p>An activity begins and ends on the thread that does it, and whatever that thread begins in between is a part of it, so that a
 * span can be made the current one; only a listing ends where its stream is closed. What is done on the threads of a
 * repository, such as the upload of many manifests, begins there.
 */
@FunctionalInterface
public interface Observer {
    /** Takes no notice. */
    Observer NONE = activity -> Span.NONE;

    /**
     * An activity begins.
     *
     * @param activity what is about to be done
     * @return is told how it ends
     */
    Span begin(Activity activity);

    /** One activity under way. */
    @FunctionalInterface
    interface Span {
        /** Takes no notice. */
        Span NONE = ending -> {};

        /**
         * The activity is over. Called once.
         *
         * @param ending what became of it
         */
        void end(Ending ending);
    }

    /**
     * Tells an observer, and keeps what it throws away from the caller: that is logged, see above.
     *
     * @param observer whom to tell
     * @return one that throws nothing but an {@link Error}; the same if it is such a one
     */
    static Observer guarded(Observer observer) {
        return observer == NONE || observer instanceof GuardedObserver ? observer : new GuardedObserver(observer);
    }

    /**
     * Tells several observers. They are told of an end in the reverse order of the beginning, so that spans nest. One that
     * throws does not keep the others from being told, as each is {@linkplain #guarded guarded}.
     *
     * @param observers whom to tell, in this order
     * @return one that tells all of them
     */
    static Observer all(Observer... observers) {
        List<Observer> told = Stream.of(observers).map(Observer::guarded).toList();
        return activity -> {
            Span[] spans =
                    told.stream().map(observer -> observer.begin(activity)).toArray(Span[]::new);
            return ending -> {
                for (int i = spans.length - 1; i >= 0; i--) {
                    spans[i].end(ending);
                }
            };
        };
    }

    /**
     * Does something, and tells how it began and ended.
     *
     * @param activity what it is
     * @param work does it
     * @param ending says what became of it if it did not throw
     * @param <T> what it gives
     * @return what the work gave
     * @throws RuntimeException what the work threw
     */
    default <T> T observe(Activity activity, Supplier<T> work, Function<? super T, Ending> ending) {
        Span span = begin(activity);
        T result;
        try {
            result = work.get();
        } catch (RuntimeException | Error e) {
            span.end(Ending.failed(e));
            throw e;
        }
        span.end(ending.apply(result));
        return result;
    }
}
