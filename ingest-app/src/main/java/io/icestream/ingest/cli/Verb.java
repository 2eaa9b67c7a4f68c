package io.icestream.ingest.cli;

import java.util.concurrent.Callable;

/**
 * One command of {@code icestream}. Implementations carry picocli's {@code @Command}, have a public constructor without arguments, and
 * are found by {@link java.util.ServiceLoader}, so that a verb exists only where its module is on the class path.
 */
public interface Verb extends Callable<Integer> {

    /** Where a verb stands in the list of {@code icestream --help}. */
    enum Section {
        START("Try it"),
        INGEST("From Kafka into arrays"),
        READ("Read a repository"),
        CHANGE("Change a repository"),
        CARE("Care for a repository"),
        SHELL("Shell");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        /** {@return the heading of the section} */
        public String title() {
            return title;
        }
    }

    /** {@return where the verb is listed} */
    Section section();

    /**
     * Does the work.
     *
     * @return one of {@link ExitCode}
     * @throws Exception whose message is shown to the user
     */
    @Override
    Integer call() throws Exception;
}
