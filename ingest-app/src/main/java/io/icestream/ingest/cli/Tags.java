package io.icestream.ingest.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream tags}. */
@Command(
        name = "tags",
        mixinStandardHelpOptions = true,
        description = "List the tags.",
        footerHeading = "%nExamples:%n",
        footer = {"  icestream tags ./repository", "  icestream tags ./repository --json"})
public final class Tags implements Verb {

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
            ReferenceList.of(open, open.tags()).print(output, "TAG");
            return ExitCode.OK;
        });
    }
}
