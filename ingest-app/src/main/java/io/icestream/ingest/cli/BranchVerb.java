package io.icestream.ingest.cli;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code icestream branch}. */
@Command(
        name = "branch",
        mixinStandardHelpOptions = true,
        description = "List, create and delete branches.",
        subcommands = {BranchVerb.Listing.class, BranchVerb.Creation.class, BranchVerb.Deletion.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream branch list ./repository",
            "  icestream branch create ./repository try daily-2026-11-20",
            "  icestream branch delete ./repository try --yes"
        })
public final class BranchVerb extends VerbGroup {

    @Override
    public Section section() {
        return Section.CHANGE;
    }

    /** {@code icestream branch list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the branches.",
            footerHeading = "%nExamples:%n",
            footer = {"  icestream branch list ./repository", "  icestream branch list ./repository --json"})
    static final class Listing implements Callable<Integer> {

        @Mixin
        private final RepositoryInput repository = new RepositoryInput();

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() throws Exception {
            return repository.read(open -> {
                ReferenceList.of(open, open.branches()).print(output, "BRANCH");
                return ExitCode.OK;
            });
        }
    }

    /** {@code icestream branch create}. */
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a branch.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream branch create ./repository try                        at the tip of main",
                "  icestream branch create ./repository try daily-2026-11-20 --json"
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
            return repository.read(open -> {
                SnapshotId at = new VersionName(open).resolve(version);
                open.createBranch(name, at);
                RefChange.created("branch", name, at).print(output);
                return ExitCode.OK;
            });
        }
    }

    /** {@code icestream branch delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a branch; commits that nothing else leads to are collected later.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream branch delete ./repository try           if main or a tag has all of its commits",
                "  icestream branch delete ./repository try --yes"
            })
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
            return repository.read(this::delete);
        }

        private int delete(Repository open) {
            SnapshotId tip = new VersionName(open).resolve("branch:" + name);
            RepositoryInfo info = open.info();
            long lost = Reachability.without(info, name).lost(tip, Optional.empty());
            if (lost > 0) {
                consent.require("Without branch '" + name + "' nothing leads to " + lost
                        + " of its commits, the last of them " + tip);
            }
            open.deleteBranch(name);
            RefChange.deleted("branch", name, tip).print(output);
            return ExitCode.OK;
        }
    }
}
