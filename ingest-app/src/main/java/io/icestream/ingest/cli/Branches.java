package io.icestream.ingest.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream branches}. */
@Command(
        name = "branches",
        mixinStandardHelpOptions = true,
        description = "List the branches.",
        footerHeading = "%nExamples:%n",
        footer = {"  icestream branches ./repository", "  icestream branches ./repository --json"})
public final class Branches implements Verb {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    public Integer call() throws Exception {
        return repository.read(open -> {
            ReferenceList.of(open, open.branches()).print(output, "BRANCH");
            return ExitCode.OK;
        });
    }
}
