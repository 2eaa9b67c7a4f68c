package io.icestream.ingest.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.Session;
import io.icestream.engine.store.CfTime;
import io.icestream.engine.store.ZarrArray;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Write a selection of arrays as CSV, or with --json as JSON lines.",
            "One row per cell: coordinates first, times as ISO 8601 in UTC; a missing value is empty in CSV, null in JSON."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream export ./repository > all.csv",
            "  icestream export ./repository --variable temp --station JFK --from 2026-11-20 --to 2026-11-21",
            "  icestream export ./repository --variable temp,wind --tag daily-2026-11-20 --json -o day.jsonl"
        })
public final class Export implements Verb {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

    @Mixin
    private final VersionInput version = new VersionInput();

    @Option(
            names = "--group",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "Group of the arrays; default: /.")
    private String group = "/";

    @Option(
            names = "--variable",
            paramLabel = "NAME",
            split = ",",
            description = "Arrays to export, by name; default: all data arrays of the group.")
    private List<String> variables = new ArrayList<>();

    @Option(
            names = "--station",
            paramLabel = "LABEL",
            split = ",",
            description = "Labels on the axis that has labels; default: all.")
    private List<String> stations = new ArrayList<>();

    @Option(names = "--from", paramLabel = "TIME", description = "First time, such as 2026-11-20 or 2026-11-20T06:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Time to stop before.")
    private @Nullable String to;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "File to write; default: standard output.")
    private @Nullable Path file;

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    public Integer call() throws Exception {
        Optional<Instant> begin = time("--from", from);
        Optional<Instant> end = time("--to", to);
        return repository.read(open -> export(open, begin, end));
    }

    private static Optional<Instant> time(String option, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Optional<Instant> time = CfTime.parse(text);
        if (time.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Invalid " + option + " '" + text
                            + "': expected a date or time such as 2026-11-20 or 2026-11-20T06:00:00Z");
        }
        return time;
    }

    private int export(Repository open, Optional<Instant> begin, Optional<Instant> end) throws IOException {
        Session session = version.session(open);
        NodePath path = NodePath.of(group);
        if (session.findNode(path).isEmpty()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "No group '" + path + "' in snapshot " + session.snapshotId() + "; 'tree' shows what there is");
        }
        List<ZarrArray> arrays = ExportVariables.arrays(session, path);
        List<ZarrArray> chosen =
                variables.isEmpty() ? ExportVariables.all(arrays) : ExportVariables.named(arrays, variables);
        ArrayExport export = new ArrayExport(chosen, axes(session, path, chosen.get(0), begin, end));
        write(export);
        return ExitCode.OK;
    }

    private List<ExportAxis> axes(
            Session session, NodePath path, ZarrArray array, Optional<Instant> begin, Optional<Instant> end) {
        List<String> names = ExportVariables.dimensions(array);
        if (names.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "Cannot export " + array.path() + " as rows: it has no dimensions");
        }
        List<ExportAxis> axes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            axes.add(ExportAxis.of(session, path, names.get(i), array.metadata().shape()[i]));
        }
        if (begin.isPresent() || end.isPresent()) {
            replace(axes, index(axes, "--from and --to need a time axis", ExportAxis::isTime), begin, end);
        }
        if (!stations.isEmpty()) {
            int labels = index(axes, "--station needs an axis with labels", ExportAxis::isLabelled);
            axes.set(labels, axes.get(labels).labelled(stations));
        }
        return axes;
    }

    private static void replace(List<ExportAxis> axes, int index, Optional<Instant> begin, Optional<Instant> end) {
        axes.set(index, axes.get(index).between(begin, end));
    }

    private static int index(List<ExportAxis> axes, String need, java.util.function.Predicate<ExportAxis> fits) {
        for (int i = 0; i < axes.size(); i++) {
            if (fits.test(axes.get(i))) {
                return i;
            }
        }
        throw new CliException(
                ExitCode.USAGE,
                "Cannot select: " + need + ", there is none among "
                        + axes.stream().map(ExportAxis::name).toList());
    }

    private void write(ArrayExport export) throws IOException {
        if (file == null) {
            try (RowSink sink = sink(new PipeWriter(output.out()), export)) {
                export.write(sink);
            } catch (PipeWriter.ClosedException e) {
                output.note("The reader has closed the pipe");
            }
            return;
        }
        try (Writer out = Files.newBufferedWriter(file, UTF_8);
                RowSink sink = sink(out, export)) {
            export.write(sink);
        }
    }

    private RowSink sink(Writer out, ArrayExport export) throws IOException {
        return output.json() ? new JsonRows(out, export.columns()) : new CsvRows(out, export.columns());
    }
}
