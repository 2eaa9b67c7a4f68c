package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.FlexBuffers;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.ingest.commit.DatasetSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that change a repository, and those that compare and copy one, on what the committer wrote. */
class ChangeVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DAY = "daily-2026-11-01";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Storage storage;

    @BeforeEach
    void write() {
        storage = DatasetSample.write(folder.resolve("repository"));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    /** Runs a verb; REPO stands for the repository. */
    private CommandRun run(String... arguments) {
        List<String> command = new ArrayList<>();
        for (String argument : arguments) {
            command.add(argument.equals("REPO") ? folder.resolve("repository").toString() : argument);
        }
        return CommandRun.of(command.toArray(String[]::new));
    }

    private String out(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JSON.readTree(out(all.toArray(String[]::new)));
    }

    private void check(int exitCode, String message, String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
    }

    private Repository open() {
        return Repository.open(storage, RepositoryOptions.defaults());
    }

    private SnapshotId at(Version version) {
        try (Repository open = open()) {
            return open.readonlySession(version).snapshotId();
        }
    }

    private SnapshotId tip() {
        return at(Version.branch("main"));
    }

    @Test
    void branchesAreCreatedListedAndDeleted() throws IOException {
        SnapshotId day = at(Version.tag(DAY));
        assertThat(out("branch", "create", "REPO", "try")).contains("created branch try, at " + tip());
        assertThat(json("branch", "create", "REPO", "day", DAY).path("snapshot").asText())
                .isEqualTo(day.toString());
        assertThat(json("branch", "list", "REPO").findValuesAsText("name")).containsExactly("day", "main", "try");
        check(ExitCode.FAILED, "it exists", "branch", "create", "REPO", "try");

        assertThat(out("branch", "delete", "REPO", "try")).contains("deleted branch try, it was at " + tip());
        check(ExitCode.NOT_FOUND, "No branch 'try'", "branch", "delete", "REPO", "try");
        check(ExitCode.FAILED, "every repository has it", "branch", "delete", "REPO", "main", "--yes");
    }

    @Test
    void aBranchWithCommitsOfItsOwnIsDeletedOnlyByConsent() {
        out("branch", "create", "REPO", "try", DAY);
        try (Repository open = open()) {
            open.transact("try", CommitRequest.of("own").allowEmpty(), session -> {});
        }
        check(ExitCode.USAGE, "nothing leads to 1 of its commits", "branch", "delete", "REPO", "try");
        assertThat(out("branch", "list", "REPO")).contains("try");
        assertThat(out("branch", "delete", "REPO", "try", "--yes")).contains("deleted branch try");
    }

    @Test
    void tagsAreCreatedOnceAndDeletedForEver() throws IOException {
        assertThat(json("tag", "create", "REPO", "paper", "main").path("action").asText())
                .isEqualTo("created");
        assertThat(out("tag", "create", "REPO", "paper")).contains("created tag paper, at " + tip());
        check(ExitCode.FAILED, "it exists at " + tip(), "tag", "create", "REPO", "paper", DAY);
        check(ExitCode.USAGE, "can never be used again; nothing was done, add --yes", "tag", "delete", "REPO", "paper");
        assertThat(out("tag", "delete", "REPO", "paper", "--yes")).contains("deleted tag paper");
        check(ExitCode.FAILED, "choose another one", "tag", "create", "REPO", "paper");
        check(ExitCode.NOT_FOUND, "No tag 'dayly'", "tag", "delete", "REPO", "dayly", "--yes");
    }

    @Test
    void aBranchIsResetIfItsTipIsWhatWasExpectedOrByConsent() throws IOException {
        SnapshotId tip = tip();
        SnapshotId day = at(Version.tag(DAY));
        check(
                ExitCode.USAGE,
                "nothing leads to 1 of its commits any more; nothing was done, add --expect " + tip,
                "reset",
                "REPO",
                "main",
                DAY);
        check(
                ExitCode.FAILED,
                "its tip is " + tip + ", not " + day,
                "reset",
                "REPO",
                "main",
                DAY,
                "--expect",
                day.toString());
        check(ExitCode.USAGE, "Invalid value 'x' for --expect", "reset", "REPO", "main", DAY, "--expect", "x");
        assertThat(tip()).isEqualTo(tip);

        CommandRun reset = run("reset", "REPO", "main", DAY, "--expect", tip.toString());
        assertThat(reset.out()).contains("branch main moved from " + tip + " to " + day);
        assertThat(reset.err()).contains("a reset to " + tip + " brings them back");
        assertThat(tip()).isEqualTo(day);

        JsonNode back = json("reset", "REPO", "main", "snapshot:" + tip);
        assertThat(back.path("lost").asInt()).isZero();
        assertThat(json("reset", "REPO", "main", DAY, "--yes").path("lost").asInt())
                .isEqualTo(1);
    }

    @Test
    void versionsAreNamedInEveryWay() {
        SnapshotId day = at(Version.tag(DAY));
        out("branch", "create", "REPO", "same", DAY);
        out("tag", "create", "REPO", "same", "main");
        check(ExitCode.USAGE, "write branch:same or tag:same", "diff", "REPO", "same", "main");
        assertThat(run("diff", "REPO", "branch:same", "tag:same").out()).contains("changed array /temp");
        assertThat(run("diff", "REPO", day.toString(), "main").out()).contains("changed array /temp");
        check(ExitCode.NOT_FOUND, "did you mean 'main'?", "diff", "REPO", "main", "mian");
        check(ExitCode.NOT_FOUND, "No tag 'main'", "diff", "REPO", "tag:main", "main");
        check(
                ExitCode.NOT_FOUND,
                "'log', 'branch list' and 'tag list'",
                "diff",
                "REPO",
                "00000000000000000000",
                "main");
    }

    @Test
    void differencesAreShown() throws IOException {
        assertThat(out("diff", "REPO", DAY, "main")).isEqualTo("""
                        changed group /_icestream/weather
                        changed array /reports, 1 chunk
                        changed array /temp, 1 chunk
                        changed array /time
                        """);
        assertThat(out("diff", "REPO", DAY, "main", "--chunks")).contains("changed array /temp, 1 chunk: 1/0");
        JsonNode json = json("diff", "REPO", DAY, "main");
        assertThat(json.at("/updatedChunks/~1temp/0").asText()).isEqualTo("1/0");
        assertThat(json.path("updatedArrays")).isNotEmpty();
        CommandRun none = run("diff", "REPO", "main", "main");
        assertThat(none.exitCode()).isZero();
        assertThat(none.err()).contains("nothing changed");
        check(ExitCode.FAILED, "swap them", "diff", "REPO", "main", DAY);
    }

    @Test
    void settingsAreSetReadAndReturnedToTheirDefaults() throws IOException {
        assertThat(out("config", "get", "REPO", "inline_chunk_threshold_bytes").strip())
                .isEqualTo("512");
        assertThat(out("config", "set", "REPO", "inline_chunk_threshold_bytes", "1024"))
                .contains("inline_chunk_threshold_bytes is 1024");
        out("config", "set", "REPO", "compression.level", "6");
        out("config", "set", "REPO", "feature.delete_tag", "off");
        out("config", "set", "REPO", "metadata.owner", "\"us\"");
        out(
                "config",
                "set",
                "REPO",
                "manifest.splitting.split_sizes",
                "[[\"any_array\", [{\"condition\": {\"DimensionName\": \"time\"}, \"num_chunks\": 720}]]]");

        assertThat(Repository.findStoredConfig(storage).orElseThrow().inlineChunkThresholdBytes())
                .isEqualTo(1024);
        assertThat(Repository.findStoredConfig(storage).orElseThrow().splitRules())
                .hasSize(1);
        assertThat(out("config", "show", "REPO")).contains("compression.level", "feature.delete_tag", "metadata.owner");
        assertThat(json("config", "show", "REPO")
                        .at("/config/compression/level")
                        .asInt())
                .isEqualTo(6);
        assertThat(json("config", "get", "REPO", "metadata.owner").path("value").asText())
                .isEqualTo("us");
        check(ExitCode.FAILED, "delete_tag", "tag", "delete", "REPO", DAY, "--yes");

        assertThat(out("config", "unset", "REPO", "feature.delete_tag")).contains("not set any more");
        out("config", "unset", "REPO", "compression.level");
        out("config", "unset", "REPO", "metadata.owner");
        assertThat(json("config", "show", "REPO").path("config").has("compression"))
                .isFalse();
        check(ExitCode.NOT_FOUND, "'metadata.owner' is not set", "config", "get", "REPO", "metadata.owner");
        assertThat(out("config", "show", "REPO", "--all")).contains("KEY", "DEFAULT", "zstd level of metadata files");
    }

    @Test
    void nonsenseIsRefusedByName() {
        check(
                ExitCode.USAGE,
                "did you mean 'inline_chunk_threshold_bytes'?",
                "config",
                "set",
                "REPO",
                "inline_chunk_treshold_bytes",
                "1");
        check(
                ExitCode.USAGE,
                "it must be a whole number from 0 to 65535",
                "config",
                "set",
                "REPO",
                "inline_chunk_threshold_bytes",
                "70000");
        check(ExitCode.USAGE, "it must be a whole number", "config", "set", "REPO", "compression.level", "high");
        check(ExitCode.USAGE, "it must be one of zstd", "config", "set", "REPO", "compression.algorithm", "lz4");
        check(
                ExitCode.USAGE,
                "it must be true or false",
                "config",
                "set",
                "REPO",
                "storage.unsafe_use_metadata",
                "yes");
        check(ExitCode.USAGE, "it must be on or off", "config", "set", "REPO", "feature.move_node", "true");
        check(ExitCode.USAGE, "it must be JSON", "config", "set", "REPO", "metadata.owner", "us");
        check(
                ExitCode.USAGE,
                "it must be rules in JSON",
                "config",
                "set",
                "REPO",
                "manifest.splitting.split_sizes",
                "[[1]]");
        check(ExitCode.USAGE, "did you mean 'feature.move_node'?", "config", "get", "REPO", "feature.mov_node");
        check(ExitCode.NOT_FOUND, "'compression.level' is not set", "config", "unset", "REPO", "compression.level");
    }

    @Test
    void unknownSettingsAreKeptShownAndCanBeTakenAway() throws IOException {
        try (Repository open = open()) {
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            settings.putObject("future").put("knob", 7);
            open.settings().saveConfig(RepositoryConfig.decode(FlexBuffers.encode(settings), "test"));
        }
        out("config", "set", "REPO", "compression.level", "6");
        assertThat(json("config", "get", "REPO", "future.knob").path("value").asInt())
                .isEqualTo(7);
        assertThat(out("config", "show", "REPO", "--all")).contains("future.knob");
        check(ExitCode.USAGE, "Unknown setting 'future.knob'", "config", "set", "REPO", "future.knob", "8");
        out("config", "unset", "REPO", "future.knob");
        assertThat(json("config", "show", "REPO").path("config").has("future")).isFalse();
    }

    @Test
    void aRepositoryIsReadOnlyUntilItIsOnlineAgain() throws IOException {
        assertThat(out("status", "REPO")).contains("status        online since", "tags          1", "spec version 2");
        assertThat(out("status", "REPO", "--read-only", "--reason", "moving")).contains("read-only since", "(moving)");
        check(ExitCode.FAILED, "READ_ONLY", "branch", "create", "REPO", "try");
        assertThat(json("status", "REPO").path("reason").asText()).isEqualTo("moving");
        assertThat(json("status", "REPO", "--online").path("status").asText()).isEqualTo("online");
        out("branch", "create", "REPO", "try");

        check(ExitCode.USAGE, "--reason needs --read-only", "status", "REPO", "--online", "--reason", "x");
        check(ExitCode.USAGE, "Either an ingest, by -f FILE, or a repository", "status");
        check(ExitCode.USAGE, "Either an ingest", "status", "REPO", "-f", "x.yaml");
        check(ExitCode.USAGE, "mutually exclusive", "status", "REPO", "--online", "--read-only");
    }

    @Test
    void aRepositoryIsCopiedToABucketAndBack() throws IOException {
        try (S3TestServer server = S3TestServer.start("bucket")) {
            String bucket = "s3://bucket/copy?anonymous&allow-http&endpoint=" + server.endpoint();
            assertThat(out("cp", "REPO", bucket, "--dry-run")).contains("WOULD BE COPIED", "would hold 4 snapshots");
            check(ExitCode.NOT_FOUND, "No repository at", "log", bucket);
            assertThat(out("cp", "REPO", bucket)).contains("COPIED", "chunks", "holds 4 snapshots, 1 branches, 1 tags");
            check(ExitCode.FAILED, "there is a repository; choose another place", "cp", "REPO", bucket);

            String back = folder.resolve("back").toString();
            JsonNode day = json("cp", bucket, back, "--tag", DAY, "--read-back");
            assertThat(day.path("tags").asInt()).isEqualTo(1);
            assertThat(out("export", back, "--tag", DAY)).isEqualTo(out("export", "REPO", "--tag", DAY));
            assertThat(out("fsck", back)).contains("no findings");
            check(
                    ExitCode.NOT_FOUND,
                    "No tag 'nope'",
                    "cp",
                    "REPO",
                    folder.resolve("x").toString(),
                    "--tag",
                    "nope");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diff",
                "reset",
                "cp",
                "status",
                "branch",
                "branch list",
                "branch create",
                "branch delete",
                "tag list",
                "tag create",
                "tag delete",
                "config",
                "config show",
                "config get",
                "config set",
                "config unset"
            })
    void helpHasExamples(String verb) {
        String[] words = (verb + " --help").split(" ");
        CommandRun run = CommandRun.of(words);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Usage: icestream " + verb, "Example", "icestream " + verb);
        assertThat(CommandRun.of("completion").out()).contains(words[words.length - 2]);
    }

    @Test
    void aGroupOfVerbsWithoutOneShowsItsHelp() {
        check(ExitCode.USAGE, "Usage: icestream branch", "branch");
        check(ExitCode.USAGE, "Unmatched argument", "tag", "crate");
    }
}
