package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.StorageReport;
import io.icestream.engine.maintenance.StorageReport.ChunkStorage;
import io.icestream.engine.maintenance.StorageStatistics;
import io.icestream.engine.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code icestream stats}. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = "Count what a repository stores: chunks per array, objects by kind.",
        footerHeading = "%nExamples:%n",
        footer = {"  icestream stats ./repository", "  icestream stats ./repository --json"})
public final class Stats extends CareVerb {

    @Override
    int run(Repository open) {
        StorageReport found = watched(progress -> new StorageStatistics(open).run(progress));
        print(found, this::describe);
        return ExitCode.OK;
    }

    private void describe(StorageReport report) {
        List<List<String>> arrays = new ArrayList<>();
        report.arrays().forEach((path, chunks) -> arrays.add(row(path.toString(), chunks)));
        arrays.add(row("together", report.chunks()));
        output().table(List.of("ARRAY", "CHUNKS", "STORED", "VIRTUAL", "INLINE"), arrays);
        output().line("");
        List<List<String>> objects = new ArrayList<>();
        report.objects().forEach((kind, tally) -> objects.add(row(kind.title(), tally)));
        output().table(List.of("KIND", "OBJECTS", "BYTES"), objects);
    }

    private static List<String> row(String name, ChunkStorage chunks) {
        return List.of(
                name,
                Long.toString(chunks.total().objects()),
                Long.toString(chunks.stored().bytes()),
                Long.toString(chunks.virtual().bytes()),
                Long.toString(chunks.inline().bytes()));
    }
}
