package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.commit.DatasetSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that care for a repository, on one that the committer wrote: expire and collect it, count and verify it. */
class CareVerbsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @BeforeEach
    void write() {
        DatasetSample.write(repository()).close();
    }

    private Path repository() {
        return folder.resolve("repository");
    }

    private CommandRun run(String verb, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = verb;
        arguments[1] = repository().toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return CommandRun.of(arguments);
    }

    private String out(String verb, String... options) {
        CommandRun run = run(verb, options);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private JsonNode json(String verb, String... options) throws IOException {
        String[] all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = "--json";
        return JSON.readTree(out(verb, all));
    }

    @Test
    void expiresThenCollectsThenIsSound() throws IOException {
        assertThat(out("expire", "--older-than", "0s", "--dry-run")).contains("would expire");
        JsonNode expired = json("expire", "--older-than", "0s");
        assertThat(expired.get("released")).isNotEmpty();
        assertThat(out("expire", "--older-than", "0s")).contains("expired 0 snapshots");

        JsonNode dry = json("gc", "--older-than", "0s", "--dry-run");
        String collected = out("gc", "--older-than", "0s");
        assertThat(collected).contains("DELETED", "snapshots", "former versions", "together");
        assertThat(dry.at("/deleted/SNAPSHOT/objects").asInt())
                .isEqualTo(expired.get("released").size());
        assertThat(json("fsck", "--read-chunks").get("findings")).isEmpty();
        assertThat(out("log")).contains("SNAPSHOT");
    }

    @Test
    void anAgeIsNeededAndExplained() {
        assertThat(run("gc").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("expire").err()).contains("--older-than");
        CommandRun wrong = run("gc", "--older-than", "soon");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("'soon' is neither a duration such as 36h");
    }

    @Test
    void pointsInTimeAreInstantsOrDurationsAgo() {
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        PointInTime point = new PointInTime(() -> now);

        assertThat(point.convert("36h")).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(point.convert("P1D")).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(point.convert("2026-11-01T00:00:00Z")).isEqualTo("2026-11-01T00:00:00Z");
    }

    @Test
    void countsChunksAndObjects() throws IOException {
        JsonNode stats = json("stats");
        assertThat(stats.at("/objects/SNAPSHOT/objects").asInt()).isPositive();
        assertThat(stats.get("arrays").size()).isPositive();
        assertThat(out("stats")).contains("ARRAY", "KIND", "transaction logs");
    }

    @Test
    void aDamagedRepositoryFailsWithFindings() throws IOException {
        try (Stream<Path> manifests = Files.list(repository().resolve("manifests"))) {
            for (Path manifest : manifests.toList()) {
                Files.delete(manifest);
            }
        }
        CommandRun run = run("fsck");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("ERROR manifests/", "is missing", "way out: ");
    }

    @Test
    void upgradesARepositoryOfVersion1() throws IOException {
        Path old = folder.resolve("old");
        try (Storage storage = LocalStorage.open(old, Durability.PROCESS);
                Repository repository = Repository.create(storage, RepositoryOptions.defaults(), SpecVersion.V1)) {
            repository.createTag("t", SnapshotId.INITIAL);
        }
        CommandRun log = CommandRun.of("log", old.toString());
        assertThat(log.exitCode()).as(log.err()).isZero();

        CommandRun dry = CommandRun.of("upgrade", old.toString(), "--dry-run", "--delete-version-1-files");
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("would upgrade the repository from version 1 to 2", "would delete 2 files");
        assertThat(old.resolve("repo")).doesNotExist();

        CommandRun kept = CommandRun.of("upgrade", old.toString(), "--json");
        assertThat(JSON.readTree(kept.out()).get("from").asInt()).isEqualTo(1);
        assertThat(old.resolve("repo")).exists();
        assertThat(old.resolve("refs/branch.main/ref.json")).exists();

        CommandRun again = CommandRun.of("upgrade", old.toString(), "--delete-version-1-files");
        assertThat(again.out()).contains("in version 2 already", "deleted 2 files of version 1");
        assertThat(old.resolve("refs/branch.main/ref.json")).doesNotExist();
        assertThat(CommandRun.of("fsck", old.toString()).exitCode()).isZero();
        assertThat(CommandRun.of("upgrade", folder.resolve("none").toString()).exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void showsFilesAsJson() throws IOException {
        JsonNode repo = JSON.readTree(out("inspect"));
        assertThat(repo.at("/header/compression").asText()).isEqualTo("zstd");
        String tip = repo.at("/branches/main").asText();
        assertThat(json("inspect", "snapshots/" + tip).get("id").asText()).isEqualTo(tip);
        assertThat(run("inspect", "snapshots/NONE").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }
}
