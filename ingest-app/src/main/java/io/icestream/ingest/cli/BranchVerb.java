package io.icestream.ingest.cli;

import picocli.CommandLine.Command;

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
    static final class Listing extends ReferenceCommand.Listing {
        Listing() {
            super(ReferenceKind.BRANCH);
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
    static final class Creation extends ReferenceCommand.Creation {
        Creation() {
            super(ReferenceKind.BRANCH);
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
    static final class Deletion extends ReferenceCommand.Deletion {
        Deletion() {
            super(ReferenceKind.BRANCH);
        }
    }
}
