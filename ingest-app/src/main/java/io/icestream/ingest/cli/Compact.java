package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.CompactRequest;
import io.icestream.engine.maintenance.Compaction;
import io.icestream.engine.maintenance.CompactionReport;
import io.icestream.engine.maintenance.CompactionReport.Emptied;
import io.icestream.engine.maintenance.CompactionReport.Packed;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream compact}. */
@Command(
        name = "compact",
        mixinStandardHelpOptions = true,
        description = "Put small chunks, and those among garbage, together into larger objects, in one commit.",
        footerHeading =
                "%nWhat can be read does not change, and writers go on meanwhile. The former objects are freed by 'expire' and%n"
                        + "'gc', so run these before and afterwards: what only an older snapshot needs cannot be moved, and an object%n"
                        + "stays as long as a tag or another branch needs any of it. The last column counts the requests of a reader%n"
                        + "along the dimension who joins neighbours.%n%n"
                        + "Examples:%n",
        footer = {
            "  icestream compact ./repository --dry-run",
            "  icestream compact ./repository --along time --time-budget 30m",
            "  icestream compact ./repository --array /temperature --small 256KiB --target 8MiB --json"
        })
public final class Compact extends CareVerb {

    @Mixin
    private final BranchWork work = new BranchWork();

    @Option(
            names = "--along",
            paramLabel = "DIMENSION",
            description = "Dimension along which neighbours come together; default: the first one of each array.")
    private @Nullable String along;

    @Option(
            names = "--small",
            paramLabel = "SIZE",
            converter = SizeInput.class,
            defaultValue = "1MiB",
            description = "Objects below this size are put together; default: ${DEFAULT-VALUE}.")
    private int smallBytes;

    @Option(
            names = "--target",
            paramLabel = "SIZE",
            converter = SizeInput.class,
            defaultValue = "16MiB",
            description = "Size of the objects that are written; default: ${DEFAULT-VALUE}.")
    private int targetBytes;

    @Option(
            names = "--min-objects",
            paramLabel = "NUMBER",
            defaultValue = "8",
            description = "Fewer small objects than this are left alone; default: ${DEFAULT-VALUE}.")
    private int minObjects;

    @Option(
            names = "--min-live-share",
            paramLabel = "SHARE",
            defaultValue = "0.5",
            description =
                    "Objects of many chunks of which less than this share of the bytes is still needed are emptied, too;"
                            + " from 0, for none, to 1; default: ${DEFAULT-VALUE}.")
    private double minLiveShare;

    @Option(
            names = "--max-chunks",
            paramLabel = "NUMBER",
            defaultValue = "1000000",
            description = "Stop after this many chunks; default: ${DEFAULT-VALUE}, which takes up to 75 MB of memory.")
    private int maxChunks;

    @Option(
            names = "--max-uncommitted-age",
            paramLabel = "DURATION",
            converter = DurationInput.class,
            defaultValue = "6h",
            description = "Commit before this much time has passed; at most half of the age that 'gc' goes by;"
                    + " default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration maxUncommittedAge;

    @Mixin
    private final TimeBudget time = new TimeBudget();

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    RepositoryOptions options(RepositoryOptions usual) {
        return usual.withMaxUncommittedAge(maxUncommittedAge);
    }

    @Override
    int run(Repository open) {
        CompactRequest all = time.within(request(), CompactRequest::withTimeBudget);
        CompactRequest request = along == null ? all : all.withAlong(along);
        CompactionReport report = watched(progress -> new Compaction(open).run(request, progress));
        print(report, this::describe);
        return report.unreadable() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private CompactRequest request() {
        CompactRequest request = CompactRequest.of(work.branch());
        return request.withArrays(work.arrays())
                .withMessage(work.messageOr(request.message()))
                .withSizes(request.sizes()
                        .withTargetBytes(targetBytes)
                        .withSmallBytes(smallBytes)
                        .withMinObjects(minObjects))
                .withMinLiveShare(minLiveShare)
                .withMaxChunks(maxChunks)
                .withMaxUncommittedAge(maxUncommittedAge)
                .withMode(dryRun.mode());
    }

    private void describe(CompactionReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.arrays().forEach((path, packed) -> rows.add(row(path.toString(), packed)));
        rows.add(row("together", report.total()));
        output().table(
                        List.of(
                                dryRun.did("WOULD BE PACKED", "PACKED"),
                                "CHUNKS",
                                "BYTES",
                                "OBJECTS BEFORE",
                                "OBJECTS AFTER",
                                "REQUESTS"),
                        rows);
        Emptied emptied = report.emptied();
        if (emptied.packs() > 0) {
            output().line(dryRun.did("would empty", "emptied") + " " + emptied.packs() + " objects of "
                    + emptied.bytes() + " bytes, " + emptied.garbage()
                    + " of them garbage; 'expire' and 'gc' free them");
        }
        report.snapshot().ifPresent(id -> output().line("snapshot " + id));
        if (report.unreadable() > 0) {
            output().note(report.unreadable() + " chunks are missing and were left alone; run 'icestream fsck'");
        }
        time.noteUnless(report.finished(), output());
    }

    private static List<String> row(String name, Packed packed) {
        return List.of(
                name,
                Long.toString(packed.chunks()),
                Long.toString(packed.bytes()),
                Long.toString(packed.objectsBefore()),
                Long.toString(packed.objectsAfter()),
                Long.toString(packed.ranges()));
    }
}
