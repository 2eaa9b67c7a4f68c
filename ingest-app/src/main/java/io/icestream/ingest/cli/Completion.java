package io.icestream.ingest.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Print a completion script for bash and zsh.",
        footerHeading = "%nExample:%n",
        footer = "  source <(./icestream completion)")
public final class Completion implements Verb {

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.SHELL;
    }

    @Override
    public Integer call() {
        output.line(AutoComplete.bash("icestream", Icestream.commandLine()));
        return ExitCode.OK;
    }
}
