package io.icestream.ingest.cli;

import picocli.CommandLine.Command;

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
    static final class Listing extends ReferenceCommand.Listing {
        Listing() {
            super(ReferenceKind.TAG);
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
    static final class Creation extends ReferenceCommand.Creation {
        Creation() {
            super(ReferenceKind.TAG);
        }
    }

    /** {@code icestream tag delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a tag; its name can never be used again.",
            footerHeading = "%nExample:%n",
            footer = "  icestream tag delete ./repository paper --yes")
    static final class Deletion extends ReferenceCommand.Deletion {
        Deletion() {
            super(ReferenceKind.TAG);
        }
    }
}
