package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code icestream tag}. */
@Command(
        name = "tag",
        mixinStandardHelpOptions = true,
        description = "List, create and delete tags.",
        subcommands = {TagVerb.Listing.class, TagVerb.Creation.class, TagVerb.Deletion.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream tag list ./repository",
            "  icestream tag create ./repository paper main",
            "  icestream tag delete ./repository paper --yes"
        })
public final class TagVerb extends VerbGroup {

    @Override
    public Section section() {
        return Section.CHANGE;
    }

    /** {@code icestream tag list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the tags.",
            footerHeading = "%nExamples:%n",
            footer = {"  icestream tag list ./repository", "  icestream tag list ./repository --json"})
    static final class Listing implements Callable<Integer> {

        @Mixin
        private final RepositoryInput repository = new RepositoryInput();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() throws Exception {
            return repository.read(open -> {
                ReferenceList.of(open, open.tags()).print(output, "TAG");
                return ExitCode.OK;
            });
        }
    }

    /** {@code icestream tag create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a tag, which stays where it is; the same one again is fine.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream tag create ./repository paper                        at the tip of main",
                "  icestream tag create ./repository paper 1CECHNKREP0F1RSTCMT0 --json"
            })
    static final class Creation implements Callable<Integer> {

        @Mixin
        private final RepositoryInput repository = new RepositoryInput();

        @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String name;

        @Parameters(
                index = "2",
                arity = "0..1",
                paramLabel = "VERSION",
                defaultValue = "branch:main",
                description = "Where: " + VersionName.HELP + "; default: the tip of main.")
        @SuppressWarnings("NullAway.Init") // has a default
        private String version;

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() throws Exception {
            return repository.read(this::create);
        }

        private int create(Repository open) {
            SnapshotId at = new VersionName(open).resolve(version);
            TagOutcome outcome = open.createTag(name, at);
            if (outcome instanceof TagOutcome.Burnt) {
                throw new CliException(
                        ExitCode.FAILED,
                        "Cannot create tag '" + name
                                + "': a tag of this name was deleted, and the name cannot be used again; choose another one");
            }
            if (outcome instanceof TagOutcome.Exists exists && !exists.at().equals(at)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "Cannot create tag '" + name + "' at " + at + ": it exists at " + exists.at()
                                + "; choose another name");
            }
            RefChange.created("tag", name, at).print(output);
            return ExitCode.OK;
        }
    }

    /** {@code icestream tag delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a tag; its name can never be used again.",
            footerHeading = "%nExample:%n",
            footer = "  icestream tag delete ./repository paper --yes")
    static final class Deletion implements Callable<Integer> {

        @Mixin
        private final RepositoryInput repository = new RepositoryInput();

        @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String name;

        @Mixin
        private final Consent consent = new Consent();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() throws Exception {
            return repository.read(open -> {
                SnapshotId at = new VersionName(open).resolve("tag:" + name);
                consent.require("Once tag '" + name + "' is deleted, its name can never be used again");
                open.deleteTag(name);
                RefChange.deleted("tag", name, at).print(output);
                return ExitCode.OK;
            });
        }
    }
}
