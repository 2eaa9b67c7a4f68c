package io.icestream.engine.session;

import io.icestream.engine.observe.Activity;
import io.icestream.engine.observe.Ending;
import io.icestream.engine.observe.Observer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who of this process commits next to a branch: first come, first served. Writers in one process would otherwise make each
 * other lose races, each of which costs a rebase and the requests of both. Thread-safe.
 *
 * <p>A turn is a courtesy, and safety never rests on it: who has waited for as long as {@link #PATIENCE} goes on without, and other
 * processes do not know of it. A thread that has a turn gets another one of the same branch at once, so a precondition may
 * commit.
 */
final class CommitTurns {
    /** How long to wait for others: longer than most commits take, shorter than what a hanging one may cost the rest. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The lines that somebody stands in. */
    private static final ConcurrentMap<Branch, Line> LINES = new ConcurrentHashMap<>();

    private final Object place;
    private final Observer observer;
    private final Duration patience;

    /**
     * @param place equal for all that take turns
     * @param observer is told of waiting
     * @param patience how long to wait for the others
     */
    CommitTurns(Object place, Observer observer, Duration patience) {
        this.place = place;
        this.observer = observer;
        this.patience = patience;
    }

    /** The turns of a repository, shared by all that this process has opened in the same place. */
    static CommitTurns of(SessionContext context) {
        return new CommitTurns(context.place(), context.observer(), PATIENCE);
    }

    /**
     * Waits for a turn.
     *
     * @param name the branch
     * @return to be closed by the same thread when the commit is done
     */
    Turn take(String name) {
        Branch branch = new Branch(place, name);
        Line line = LINES.compute(branch, (same, present) -> (present == null ? new Line() : present).entered());
        return line.tryLock(Duration.ZERO)
                ? new Turn(branch, line, true, false)
                : new Turn(branch, line, await(name, line), true);
    }

    private boolean await(String name, Line line) {
        return observer.observe(Activity.of("wait", name), () -> line.tryLock(patience), held -> Ending.done());
    }

    private record Branch(Object place, String name) {}

    /** Those who have a turn or wait for one; gone when there is nobody. Counted within the map only. */
    private static final class Line {
        private final ReentrantLock lock = new ReentrantLock(true);
        private int members;

        Line entered() {
            members++;
            return this;
        }

        boolean isEmptyAfterLeaving() {
            members--;
            return members == 0;
        }

        /** An interrupt ends the waiting, and is left to what the thread does next. */
        boolean tryLock(Duration patience) {
            try {
                return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /**
     * What a thread has until it closes it.
     *
     * @param branch what the turn is for
     * @param line who else waits
     * @param held whether it is its turn; else it has waited for too long
     * @param waited whether others were in front, who have committed since, most likely
     */
    record Turn(Branch branch, Line line, boolean held, boolean waited) implements AutoCloseable {
        @Override
        public void close() {
            if (held) {
                line.lock.unlock();
            }
            LINES.compute(branch, (same, present) -> line.isEmptyAfterLeaving() ? null : line);
        }
    }
}
