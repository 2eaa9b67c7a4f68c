package io.icestream.engine.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Runs several actors in simulated time, one at a time, in an order that a seed decides.
 *
 * <p><b>Protocol.</b> Each actor is a thread that runs only while it has the turn. It gives the turn back by {@link #pause},
 * which says for how long it wants to rest, and when it ends. The scheduler then lets the actor go on that wakes first; of
 * those that are awake, one by chance. So nothing ever runs at the same time as something else, and the same seed gives the
 * same course. All state below is touched only by whoever has the turn.
 */
final class Scheduler implements InstantSource {
    private static final int TRACE = 80;

    private final Random random;
    private final Duration end;
    private final Semaphore turnGivenBack = new Semaphore(0);
    private final List<Actor> actors = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
    private final Deque<String> trace = new ArrayDeque<>();
    private Instant now = VirtualClock.START;
    private Optional<Actor> current = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();
    private long eventNumber;
    private boolean stopped;

    /** Something that happens by itself at a time. */
    private record Event(Instant at, long number, Runnable effect) {}

    /** Ends an actor when the simulation is over or has failed. */
    static final class Stopped extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class Actor {
        final String name;
        final Thread thread;
        final Semaphore turn = new Semaphore(0);
        Instant wakesAt;
        boolean ended;

        Actor(String name, Thread thread, Instant wakesAt) {
            this.name = name;
            this.thread = thread;
            this.wakesAt = wakesAt;
        }
    }

    Scheduler(Random random, Duration end) {
        this.random = random;
        this.end = end;
    }

    /** Adds an actor; it begins when {@link #run} comes to it. */
    void add(String name, Runnable work) {
        Actor[] self = new Actor[1];
        Thread thread = new Thread(() -> live(self[0], work), name);
        thread.setDaemon(true);
        self[0] = new Actor(name, thread, now);
        actors.add(self[0]);
    }

    private void live(Actor actor, Runnable work) {
        actor.turn.acquireUninterruptibly();
        try {
            if (!stopped) {
                work.run();
            }
        } catch (Stopped e) {
            // As asked.
        } catch (Throwable e) {
            failure = failure.or(() -> Optional.of(e));
            stopped = true;
        } finally {
            actor.ended = true;
            turnGivenBack.release();
        }
    }

    /** Runs until all actors have ended; throws what the first of them that failed threw. */
    void run() {
        actors.forEach(actor -> actor.thread.start());
        for (Optional<Actor> next = next(); next.isPresent(); next = next()) {
            current = next;
            next.get().turn.release();
            turnGivenBack.acquireUninterruptibly();
        }
        current = Optional.empty();
        events.clear();
        if (failure.isPresent()) {
            throw new AssertionError("The last that happened:\n" + String.join("\n", trace), failure.get());
        }
    }

    private Optional<Actor> next() {
        List<Actor> alive = actors.stream().filter(actor -> !actor.ended).toList();
        if (alive.isEmpty() || stopped) {
            return alive.stream().findFirst();
        }
        Instant first = alive.stream()
                .map(actor -> actor.wakesAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        while (!events.isEmpty() && !events.element().at().isAfter(first)) {
            Event event = events.remove();
            forward(event.at());
            happen(event.effect());
        }
        forward(first);
        List<Actor> awake =
                alive.stream().filter(actor -> !actor.wakesAt.isAfter(now)).toList();
        return Optional.of(awake.get(random.nextInt(awake.size())));
    }

    private void happen(Runnable effect) {
        try {
            effect.run();
        } catch (AssertionError e) {
            failure = failure.or(() -> Optional.of(e));
            stopped = true;
        }
    }

    private void forward(Instant to) {
        if (to.isAfter(now)) {
            now = to;
        }
    }

    /** Lets others go on for at least so long. Called by actors. */
    void pause(Duration rest) {
        Actor self = current.filter(actor -> actor.thread.equals(Thread.currentThread()))
                .orElseThrow(() -> new IllegalStateException("Not the turn of " + Thread.currentThread()
                        + ": all that a simulated process does has to be done by its own thread"));
        self.wakesAt = now.plus(rest);
        turnGivenBack.release();
        self.turn.acquireUninterruptibly();
        if (stopped) {
            throw new Stopped();
        }
    }

    /** Lets something happen later, by itself. */
    void later(Duration delay, Runnable effect) {
        events.add(new Event(now.plus(delay), eventNumber++, effect));
    }

    /** Whether actors should come to an end. */
    boolean isOver() {
        return Duration.between(VirtualClock.START, now).compareTo(end) > 0;
    }

    /** Takes note of something for the message of a failure. */
    void note(String what) {
        if (trace.size() == TRACE) {
            trace.removeFirst();
        }
        trace.addLast(now + " " + current.map(actor -> actor.name).orElse("-") + ": " + what);
    }

    /** Simulated time; a look takes a microsecond. */
    @Override
    public Instant instant() {
        now = now.plusNanos(1000);
        return now;
    }
}
