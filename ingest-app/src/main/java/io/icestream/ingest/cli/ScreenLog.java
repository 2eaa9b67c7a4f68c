package io.icestream.ingest.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: warnings of ours to standard error, one line each; all of them, and what Kafka has to say, to a file once a verb
 * has named one. Never a line of Kafka's on the screen: what concerns the user comes through the listener.
 */
public final class ScreenLog {

    private static final String OURS = "io.icestream";
    private static final String SCREEN = "screen";

    private ScreenLog() {}

    /** Adapts the screen to {@code --debug}: our lines from level DEBUG, others' from WARN. */
    static void configure(boolean debug) {
        if (!debug || context() == null) {
            return;
        }
        Appender<ILoggingEvent> screen = logger(OURS).getAppender(SCREEN);
        if (screen != null) {
            screen.clearAllFilters();
            logger(OURS).setLevel(Level.DEBUG);
            logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
            logger(Logger.ROOT_LOGGER_NAME).addAppender(screen);
        }
    }

    /** Keeps log lines off the screen, because something else draws there. */
    public static void leaveScreen() {
        if (context() != null) {
            logger(OURS).detachAppender(SCREEN);
        }
    }

    /**
     * Sends log lines to a file too: ours from level INFO, others' from WARN. The file is rolled at 10 MB, three old ones are kept. Does
     * nothing where somebody else has configured logging.
     *
     * @param file the file; its folder must exist
     */
    public static void alsoTo(Path file) {
        LoggerContext context = context();
        if (context == null || logger(OURS).getAppender(SCREEN) == null) {
            return;
        }
        RollingFileAppender<ILoggingEvent> appender = appender(context, file);
        for (String name : new String[] {OURS, Logger.ROOT_LOGGER_NAME}) {
            logger(name).addAppender(appender);
        }
        if (!logger(OURS).isInfoEnabled()) {
            logger(OURS).setLevel(Level.INFO);
        }
        logger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    }

    private static RollingFileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context));
        FixedWindowRollingPolicy policy = new FixedWindowRollingPolicy();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(file + ".%i");
        policy.setMaxIndex(3);
        policy.start();
        appender.setRollingPolicy(policy);
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf("10MB"));
        trigger.start();
        appender.setTriggeringPolicy(trigger);
        appender.start();
        return appender;
    }

    private static PatternLayoutEncoder encoder(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{40}: %msg%n");
        encoder.start();
        return encoder;
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static @Nullable LoggerContext context() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        return factory instanceof LoggerContext context ? context : null;
    }
}
