package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.commit.DatasetSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that read a repository, on one that the committer wrote: a tagged day, then six windows without the last station. */
class ReadVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Storage storage;

    @BeforeAll
    static void write() {
        storage = DatasetSample.write(repository());
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    private static Path repository() {
        return folder.resolve("repository");
    }

    private static CommandRun run(String verb, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = verb;
        arguments[1] = repository().toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return CommandRun.of(arguments);
    }

    private static String out(String verb, String... options) {
        CommandRun run = run(verb, options);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private static JsonNode json(String verb, String... options) throws IOException {
        String[] all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = "--json";
        return JSON.readTree(out(verb, all));
    }

    private static String tip() {
        try (Repository open = Repository.open(storage, RepositoryOptions.defaults())) {
            return open.findBranch("main").orElseThrow().toString();
        }
    }

    @Test
    void logListsCommitsNewestFirst() {
        List<String> lines = out("log").lines().toList();

        assertThat(lines.get(0)).startsWith("SNAPSHOT").contains("TIME", "WINDOWS", "MESSAGE", "NAMES");
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1))
                .startsWith(tip())
                .contains(" 24-30 ", "Publish 6 windows from")
                .endsWith("main");
        assertThat(lines.get(2)).contains(" 0-24 ").endsWith("daily-2026-11-01");
        assertThat(lines.get(3)).contains("Create data set of ingest weather");
    }

    @Test
    void logIsCutAndSaysSo() {
        CommandRun run = run("log", "-n", "1");

        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.err()).contains("-n 0 lists all");
        assertThat(run("log", "-n", "4").err()).isEmpty();
        assertThat(out("log", "-n", "0").lines()).hasSize(5);
    }

    @Test
    void logDrawsTheWholeHistoryAsTextOrIntoAFile() throws IOException {
        String drawn = out("log", "--graph");
        assertThat(drawn.lines()).hasSize(4).first().asString().startsWith("* ").contains("(main");
        Path picture = folder.resolve("history.svg");
        CommandRun written = run("log", "--graph", "--svg", picture.toString());

        assertThat(written.out()).isEmpty();
        assertThat(written.err()).contains("wrote " + picture);
        assertThat(Files.readString(picture)).startsWith("<svg ").contains("<circle ");
        for (String[] wrong : new String[][] {
            {"--svg", picture.toString()}, {"--graph", "-n", "3"}, {"--graph", "--json"}, {"--graph", "--tag", "x"}
        }) {
            check(run("log", wrong), ExitCode.USAGE, "--graph draws the whole history");
        }
        check(run("log", "--graph", "--svg", folder.resolve("no/such/folder").toString()), ExitCode.FAILED, "no/such");
    }

    @Test
    void logBeginsAtATag() throws IOException {
        JsonNode commits = json("log", "--tag", "daily-2026-11-01");

        assertThat(commits).hasSize(3);
        assertThat(commits.get(0).path("tags").get(0).asText()).isEqualTo("daily-2026-11-01");
        assertThat(commits.get(0).path("metadata").path("icestream").path("seq").asInt())
                .isEqualTo(1);
        assertThat(commits.get(0).path("parent").asText())
                .isEqualTo(commits.get(1).path("snapshot").asText());
        assertThat(commits.get(0).path("time").asText()).endsWith("Z");
    }

    @Test
    void showTellsWhatACommitChanged() {
        String text = out("show");

        assertThat(text)
                .contains("snapshot  " + tip())
                .contains("changed array /temp, 1 chunk")
                .contains("changed array /time\n")
                .contains("changed group /_icestream/weather")
                .contains("icestream: {\"id\":\"weather\",\"seq\":2")
                .contains("ledger of weather")
                .contains("  closed: 30");
    }

    @Test
    void showTellsTheSameAsJson() throws IOException {
        JsonNode creation =
                json("show", "--snapshot", json("log").get(2).path("snapshot").asText());

        assertThat(creation.path("commit").path("message").asText()).isEqualTo("Create data set of ingest weather");
        assertThat(creation.path("changes").findValuesAsText("path"))
                .contains("/_icestream", "/station", "/temp")
                .isSorted();
        assertThat(creation.path("ledgers").path("weather").path("closed").asInt())
                .isZero();
    }

    @Test
    void treeShowsGroupsAndArrays() {
        String text = out("tree");

        assertThat(text)
                .contains("\n/\n")
                .contains("    title: \"Hourly weather\"\n")
                .contains("  temp  float64 (time: 30, station: 3) in chunks of (24, 2)\n")
                .contains("      units: \"degF\"\n")
                .contains("    weather/\n");
        assertThat(out("tree", "--tag", "daily-2026-11-01")).contains("(time: 24, station: 3)");
    }

    @Test
    void treeShowsTheSameAsJson() throws IOException {
        JsonNode nodes = json("tree").path("nodes");

        JsonNode reports = nodes.get(5);
        assertThat(reports.path("path").asText()).isEqualTo("/reports");
        assertThat(reports.path("array").path("shape").toString()).isEqualTo("[30,3]");
        assertThat(reports.path("array").path("fillValue").asInt()).isEqualTo(-1);
        assertThat(reports.path("array").path("dimensions").toString()).isEqualTo("[\"time\",\"station\"]");
        assertThat(nodes.get(0).has("array")).isFalse();
    }

    @Test
    void listsBranchesAndTags() throws IOException {
        String repository = repository().toString();
        assertThat(CommandRun.of("branch", "list", repository).out())
                .contains("BRANCH", "main", tip(), "Publish 6 windows");
        assertThat(CommandRun.of("branch", "list", repository, "--json").out()).contains("\"name\":\"main\"");
        assertThat(CommandRun.of("tag", "list", repository).out())
                .contains("TAG", "daily-2026-11-01", "Publish first windows");
        assertThat(CommandRun.of("tag", "list", repository, "--json").out()).contains("\"snapshot\":\"");
    }

    @Test
    void exportsEverythingAsCsv() {
        List<String> lines = out("export").lines().toList();

        assertThat(lines).hasSize(1 + 30 * 3);
        assertThat(lines.get(0)).isEqualTo("time,station,reports,temp");
        assertThat(lines.get(1)).isEqualTo("2026-11-01T00:00:00Z,EWR,0,0.0");
        assertThat(lines.get(72)).isEqualTo("2026-11-01T23:00:00Z,LGA,232,232.0");
        assertThat(lines.get(75)).isEqualTo("2026-11-02T00:00:00Z,LGA,,");
    }

    @Test
    void exportsASelection() {
        String text = out(
                "export",
                "--variable",
                "temp",
                "--station",
                "LGA,EWR",
                "--from",
                "2026-11-01T22:30",
                "--to",
                "2026-11-02T01:00Z");

        assertThat(text).isEqualTo("""
                        time,station,temp
                        2026-11-01T23:00:00Z,LGA,232.0
                        2026-11-01T23:00:00Z,EWR,230.0
                        2026-11-02T00:00:00Z,LGA,
                        2026-11-02T00:00:00Z,EWR,240.0
                        """);
    }

    @Test
    void exportsJsonLinesWithNullForMissing() throws IOException {
        List<String> lines = out("export", "--json", "--from", "2026-11-02", "--variable", "temp,reports")
                .lines()
                .toList();

        assertThat(lines).hasSize(6 * 3);
        assertThat(lines.get(0))
                .isEqualTo("{\"time\":\"2026-11-02T00:00:00Z\",\"station\":\"EWR\",\"temp\":240.0,\"reports\":240}");
        JsonNode missing = JSON.readTree(lines.get(2));
        assertThat(missing.path("temp").isNull()).isTrue();
        assertThat(missing.path("reports").isNull()).isTrue();
    }

    @Test
    void exportsToAFileAndAnEmptySelection() throws IOException {
        Path file = folder.resolve("out.csv");
        assertThat(out("export", "-o", file.toString(), "--from", "2030-01-01")).isEmpty();
        assertThat(file).hasContent("time,station,reports,temp\n");
        assertThat(out("export", "--variable", "latitude"))
                .isEqualTo("station,latitude\nEWR,40.69\nJFK,40.64\nLGA,40.78\n");
    }

    @Test
    void exportsSnapshotsWithoutASlot() throws IOException {
        String creation = json("log").get(2).path("snapshot").asText();
        assertThat(out("export", "--snapshot", creation)).isEqualTo("time,station,reports,temp\n");
        assertThat(out("export", "--snapshot", creation, "--json").strip()).isEmpty();
    }

    @Test
    void explainsWhatDoesNotExist() {
        check(
                run("log", "--branch", "mian"),
                ExitCode.NOT_FOUND,
                "No branch 'mian' in this repository; did you mean 'main'?");
        check(run("tree", "--tag", "daily-2026-11-02"), ExitCode.NOT_FOUND, "did you mean 'daily-2026-11-01'?");
        check(run("show", "--snapshot", "xyz"), ExitCode.USAGE, "Invalid snapshot id 'xyz'");
        check(
                run("show", "--snapshot", "00000000000000000000"),
                ExitCode.NOT_FOUND,
                "No snapshot '00000000000000000000'");
        check(
                run("export", "--variable", "tmp"),
                ExitCode.NOT_FOUND,
                "No array 'tmp' in this group; did you mean 'temp'?");
        check(run("export", "--station", "EWX"), ExitCode.NOT_FOUND, "No station 'EWX'; did you mean 'EWR'?");
        check(run("export", "--group", "/nowhere"), ExitCode.NOT_FOUND, "No group '/nowhere'");
        check(run("export", "--group", "/_icestream"), ExitCode.NOT_FOUND, "There is no data array in this group");
        check(run("export", "--variable", "temp,latitude"), ExitCode.USAGE, "they have other dimensions");
        check(
                run("export", "--variable", "latitude", "--from", "2026-11-01"),
                ExitCode.USAGE,
                "--from and --to need a time axis");
        check(run("export", "--from", "yesterday"), ExitCode.USAGE, "Invalid --from 'yesterday'");
        check(run("log", "--branch", "main", "--tag", "x"), ExitCode.USAGE, "mutually exclusive");
    }

    @Test
    void explainsWhatIsNoRepository() throws IOException {
        check(
                CommandRun.of("log", folder.resolve("nothing").toString()),
                ExitCode.NOT_FOUND,
                "there is no such folder");
        Path file = Files.writeString(folder.resolve("file"), "x");
        check(CommandRun.of("tree", file.toString()), ExitCode.NOT_FOUND, "it is a file, not a folder");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        check(CommandRun.of("tag", "list", empty.toString()), ExitCode.NOT_FOUND, "the folder has no object 'repo'");
        assertThat(empty).isEmptyDirectory();
        check(CommandRun.of("tag", "list", "ftp://host/x"), ExitCode.USAGE, "a path, a file: URL");
    }

    @Test
    void readsARepositoryByUrl() {
        assertThat(CommandRun.of("branch", "list", repository().toUri().toString())
                        .out())
                .contains("main");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log", "show", "tree", "diff", "export"})
    void helpHasExamples(String verb) {
        CommandRun run = CommandRun.of(verb, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Usage: icestream " + verb, "Example", "icestream " + verb + " ./repository", "--json");
    }

    private static void check(CommandRun run, int exitCode, String message) {
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
    }
}
