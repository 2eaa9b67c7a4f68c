package io.icestream.engine.observe;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** An observer that fails wherever it is told of something, or at some of these places. */
public final class ThrowingObserver implements Observer {
    private final Part part;
    private final AtomicInteger thrown = new AtomicInteger();

    /** Where it fails. */
    public enum Part {
        /** When an activity begins. */
        BEGIN,
        /** When an activity ends. */
        END,
        /** It gives no span. */
        SPAN
    }

    /**
     * @param part where it fails
     */
    public ThrowingObserver(Part part) {
        this.part = part;
    }

    /**
     * @return one for each place to fail at
     */
    public static List<ThrowingObserver> everywhere() {
        return Stream.of(Part.values()).map(ThrowingObserver::new).toList();
    }

    /**
     * @return how often it failed
     */
    public int thrown() {
        return thrown.get();
    }

    @Override
    @SuppressWarnings("NullAway") // as code does that is not checked for it
    public Span begin(Activity activity) {
        if (part == Part.SPAN) {
            thrown.incrementAndGet();
            return null;
        }
        fail(Part.BEGIN);
        return ending -> fail(Part.END);
    }

    private void fail(Part here) {
        if (part == here) {
            thrown.incrementAndGet();
            throw new IllegalStateException("observer fails at " + here);
        }
    }

    @Override
    public String toString() {
        return "fails at " + part;
    }
}
