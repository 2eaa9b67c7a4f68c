package io.icestream.ingest.cli;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.repository.Repository;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream reset}. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = {
            "Point a branch at another version.",
            "",
            "Commits that nothing else leads to are lost once they are collected. So either the present tip is named, and the branch"
                    + " is moved only if it is still there, or --yes is given."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream reset ./repository main daily-2026-11-20                says what would be lost",
            "  icestream reset ./repository main daily-2026-11-20 --expect 1CECHNKREP0F1RSTCMT0",
            "  icestream reset ./repository try main --yes --json"
        })
public final class Reset extends RepositoryCommand implements Verb {

    @Parameters(index = "1", paramLabel = "BRANCH", description = "The branch.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String branch;

    @Parameters(index = "2", paramLabel = "VERSION", description = "Where to: " + VersionName.HELP + ".")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String version;

    @Option(
            names = "--expect",
            paramLabel = "SNAPSHOT",
            description = "Only if this is the tip of the branch; otherwise nothing is done, and it ends with 1.")
    private @Nullable String expect;

    @Mixin
    private final Consent consent = new Consent();

    /**
     * What was done.
     *
     * @param branch the branch
     * @param from its former tip
     * @param to its tip now
     * @param lost how many commits nothing leads to any more
     */
    record Content(String branch, SnapshotId from, SnapshotId to, long lost) {}

    @Override
    public Section section() {
        return Section.CHANGE;
    }

    @Override
    int run(Repository open) {
        VersionName versions = new VersionName(open);
        SnapshotId tip = versions.resolve("branch:" + branch);
        SnapshotId to = versions.resolve(version);
        SnapshotId expected = expect == null ? tip : parse(expect);
        RepositoryInfo info = open.info();
        long lost = Reachability.without(info, branch).lost(tip, Optional.of(to));
        if (expect == null && lost > 0 && !consent.isGiven()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Branch '" + branch + "' is at " + tip + "; at " + to + " nothing leads to " + lost
                            + " of its commits any more; nothing was done, add --expect " + tip + " or --yes to do it");
        }
        if (open.resetBranch(branch, to, expected) instanceof ResetOutcome.TipMoved moved) {
            throw new CliException(
                    ExitCode.FAILED,
                    "Cannot reset branch '" + branch + "': its tip is " + moved.actual() + ", not " + expected
                            + "; look at 'log', then name the tip that may be given up");
        }
        print(new Content(branch, expected, to, lost));
        return ExitCode.OK;
    }

    private static SnapshotId parse(String text) {
        try {
            return SnapshotId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "Invalid value '" + text + "' for --expect: " + e.getMessage(), e);
        }
    }

    private void print(Content content) {
        if (output().json()) {
            output().json(content);
            return;
        }
        output().line("branch " + content.branch() + " moved from " + content.from() + " to " + content.to());
        if (content.lost() > 0) {
            output().note("nothing leads to " + content.lost() + " commits any more; until they are collected,"
                    + " a reset to " + content.from() + " brings them back");
        }
    }
}
