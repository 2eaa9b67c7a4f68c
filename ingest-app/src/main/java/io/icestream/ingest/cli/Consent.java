package io.icestream.ingest.cli;

import picocli.CommandLine.Option;

/**
 * The word without which a verb does nothing that cannot be undone by a later one. It never asks, so that a script behaves like a person:
 * it says what would be lost, and how to do it. To be used as a picocli mixin.
 */
final class Consent {

    @Option(names = "--yes", description = "Do it, though it cannot be taken back.")
    private boolean given;

    /** {@return whether it was given} */
    boolean isGiven() {
        return given;
    }

    /**
     * Makes sure that it was given.
     *
     * @param consequence what would be lost, as a sentence
     * @throws CliException if it was not
     */
    void require(String consequence) {
        if (!given) {
            throw new CliException(ExitCode.USAGE, consequence + "; nothing was done, add --yes to do it");
        }
    }
}
