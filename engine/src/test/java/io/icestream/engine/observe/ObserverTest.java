package io.icestream.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Observers by themselves: what they are told, add up and log. */
class ObserverTest {
    private final AtomicLong nanos = new AtomicLong();

    private void take(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void anObserverIsToldHowWorkBeginsAndEndsAndTheResultIsHandedOn() {
        List<String> told = new ArrayList<>();
        Observer observer = activity -> {
            told.add("begin " + activity.name());
            return ending -> told.add("end " + ending.outcome());
        };

        assertThat(observer.observe(
                        Activity.of("add", "numbers"),
                        () -> 3,
                        sum -> Ending.of("odd").with("sum", sum)))
                .isEqualTo(3);
        IllegalStateException thrown = new IllegalStateException("no");
        assertThatThrownBy(() -> observer.observe(
                        Activity.of("fail", "always"),
                        () -> {
                            throw thrown;
                        },
                        never -> Ending.done()))
                .isSameAs(thrown);

        assertThat(told).containsExactly("begin add", "end odd", "begin fail", "end failed");
    }

    @Test
    void severalAreToldOfTheEndInTheReverseOrder() {
        List<String> told = new ArrayList<>();
        Observer one = activity -> {
            told.add("1 begins");
            return ending -> told.add("1 ends");
        };
        Observer two = activity -> {
            told.add("2 begins");
            return ending -> told.add("2 ends");
        };

        Observer.all(one, Observer.NONE, two).begin(Activity.of("a", "b")).end(Ending.done());

        assertThat(told).containsExactly("1 begins", "2 begins", "2 ends", "1 ends");
    }

    /** Whoever throws, the others hear of every beginning and, in the reverse order, of every end. */
    @Test
    void oneOfSeveralThatThrowsDoesNotKeepTheOthersFromBeingTold() {
        List<String> told = new ArrayList<>();
        Observer first = activity -> {
            told.add("1 begins");
            return ending -> told.add("1 ends");
        };
        Observer last = activity -> {
            told.add("3 begins");
            return ending -> told.add("3 ends");
        };
        for (ThrowingObserver throwing : ThrowingObserver.everywhere()) {
            told.clear();

            Observer.all(first, throwing, last).begin(Activity.of("a", "b")).end(Ending.done());

            assertThat(told).as(throwing.toString()).containsExactly("1 begins", "3 begins", "3 ends", "1 ends");
            assertThat(throwing.thrown()).as(throwing.toString()).isPositive();
        }
    }

    @Test
    void whatAGuardedObserverThrowsChangesNeitherTheResultNorTheFailureOfTheWork() {
        IllegalStateException ofTheWork = new IllegalStateException("the work");
        for (ThrowingObserver throwing : ThrowingObserver.everywhere()) {
            Observer guarded = Observer.guarded(throwing);

            assertThat(guarded.observe(Activity.of("add", "numbers"), () -> 3, sum -> Ending.done()))
                    .isEqualTo(3);
            assertThatThrownBy(() -> guarded.observe(
                            Activity.of("fail", "always"),
                            () -> {
                                throw ofTheWork;
                            },
                            never -> Ending.done()))
                    .isSameAs(ofTheWork);
            assertThat(ofTheWork.getSuppressed()).isEmpty();
            assertThat(throwing.thrown()).as(throwing.toString()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void anErrorOfAnObserverGoesUp() {
        StackOverflowError error = new StackOverflowError();
        Observer atBeginning = Observer.guarded(activity -> {
            throw error;
        });
        Observer atEnd = Observer.guarded(activity -> ending -> {
            throw error;
        });

        assertThatThrownBy(() -> atBeginning.begin(Activity.of("a", "b"))).isSameAs(error);
        assertThatThrownBy(() -> atEnd.begin(Activity.of("a", "b")).end(Ending.done()))
                .isSameAs(error);
    }

    @Test
    void guardingAgainChangesNothing() {
        Observer guarded = Observer.guarded(Meters.create());

        assertThat(Observer.guarded(guarded)).isSameAs(guarded);
        assertThat(Observer.guarded(Observer.NONE)).isSameAs(Observer.NONE);
    }

    @Test
    void eachKindOfFailureIsLoggedOnceWithWhatAndWhere() {
        Observer guarded = Observer.guarded(new ThrowingObserver(ThrowingObserver.Part.END));

        List<ILoggingEvent> lines = logged(GuardedObserver.class, Level.WARN, () -> {
            for (int time = 0; time < 3; time++) {
                guarded.begin(Activity.of("commit", "main")).end(Ending.done());
                guarded.begin(Activity.of("storage.put", "chunks/" + time)).end(Ending.done());
            }
        });

        assertThat(lines).hasSize(2).allMatch(line -> line.getLevel() == Level.WARN);
        assertThat(lines.get(0).getFormattedMessage())
                .contains(ThrowingObserver.class.getName(), "told of the end of commit (main)");
        assertThat(lines.get(0).getThrowableProxy().getMessage()).isEqualTo("observer fails at END");
        assertThat(lines.get(1).getFormattedMessage()).contains("told of the end of storage.put (chunks/0)");
    }

    private static List<ILoggingEvent> logged(Class<?> by, Level level, Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(by);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        Level usual = logger.getLevel();
        logger.setLevel(level);
        try {
            work.run();
        } finally {
            logger.setLevel(usual);
            logger.detachAppender(lines);
        }
        return lines.list;
    }

    @Test
    void metersAddUpByNameLabelsAndOutcome() {
        Meters meters = new Meters(nanos::get);
        Activity put = Activity.of("put", "key 1").with("kind", "chunk");
        for (int seconds = 1; seconds <= 3; seconds++) {
            Observer.Span span = meters.begin(put);
            take(Duration.ofSeconds(seconds));
            span.end(Ending.done().with("bytes", 10L * seconds));
        }
        meters.begin(put).end(Ending.failed(new IllegalStateException("no")));
        meters.begin(Activity.of("put", "key 2").with("kind", "manifest")).end(Ending.done());
        Observer.Span unfinished = meters.begin(put);

        Map<Meters.Series, Meters.Meter> read = meters.read();

        assertThat(read)
                .hasSize(3)
                .containsEntry(
                        new Meters.Series("put", new TreeMap<>(Map.of("kind", "chunk")), "done"),
                        new Meters.Meter(
                                3, Duration.ofSeconds(6), Duration.ofSeconds(3), new TreeMap<>(Map.of("bytes", 60L))))
                .containsEntry(
                        new Meters.Series("put", new TreeMap<>(Map.of("kind", "chunk")), Ending.FAILED),
                        new Meters.Meter(1, Duration.ZERO, Duration.ZERO, Collections.emptySortedMap()));
        assertThat(meters.count("put")).isEqualTo(5);
        unfinished.end(Ending.done());
        assertThat(meters.count("put")).isEqualTo(6);
        assertThat(read).as("a copy").hasSize(3);
    }

    @Test
    void theLogHasALinePerActivityIfItsLevelIsOn() {
        Logger logger = (Logger) LoggerFactory.getLogger(ActivityLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        Level usual = logger.getLevel();
        ActivityLog log = new ActivityLog(nanos::get);
        try {
            for (Level level : List.of(Level.INFO, Level.DEBUG, Level.TRACE)) {
                logger.setLevel(level);
                for (String name : List.of("commit", "storage.put")) {
                    Observer.Span span = log.begin(Activity.of(name, "main").with("kind", "chunk"));
                    take(Duration.ofMillis(2));
                    span.end(Ending.of("refused").with("bytes", 5));
                }
            }
            log.begin(Activity.of("amend", "main")).end(Ending.failed(new IllegalStateException("no")));
        } finally {
            logger.setLevel(usual);
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "DEBUG commit of main: refused in 2000 us, kind chunk, bytes 5",
                        "DEBUG commit of main: refused in 2000 us, kind chunk, bytes 5",
                        "TRACE storage.put of main: refused in 2000 us, kind chunk, bytes 5",
                        "DEBUG amend of main: failed in 0 us, java.lang.IllegalStateException: no");
    }
}
