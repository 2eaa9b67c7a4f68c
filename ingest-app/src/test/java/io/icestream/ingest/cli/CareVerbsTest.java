package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.ingest.commit.DatasetSample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

/**
 * The verbs that care for a repository, on one that the committer wrote: expire and collect it, pack its chunks, lay its
 * manifests out, count and verify it.
 */
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

    private void use(RepositoryOptions options, Consumer<Repository> user) {
        try (Storage storage = LocalStorage.open(repository(), Durability.PROCESS);
                Repository open = Repository.open(storage, options)) {
            user.accept(open);
        }
    }

    /** Adds an array of chunks that are too large for manifests, as the small data set has none. */
    private void writeChunkObjects() {
        NodePath array = NodePath.of("/large");
        use(
                RepositoryOptions.defaults(),
                open -> open.transact("main", CommitRequest.of("objects"), session -> {
                    session.createArray(
                            array,
                            ArrayMetadata.builder(DataType.UINT8, new long[] {20_000}, new long[] {1_000})
                                    .codecs(CodecChain.uncompressed(DataType.UINT8))
                                    .build());
                    for (int chunk = 0; chunk < 20; chunk++) {
                        ByteBuffer bytes = ByteBuffer.allocate(1_000);
                        session.setChunk(array, ChunkIndex.of(chunk), bytes.putInt(0, chunk));
                    }
                }));
    }

    /** All chunks of all arrays at the tip. */
    private Map<String, ByteBuffer> contents() {
        Map<String, ByteBuffer> contents = new TreeMap<>();
        use(RepositoryOptions.defaults(), open -> {
            Session session = open.readonlySession(Version.branch("main"));
            session.nodes().stream()
                    .filter(node -> node.kind() == NodeKind.ARRAY)
                    .forEach(array -> session.chunkIndices(array.path())
                            .forEach(index -> contents.put(
                                    array.path() + " " + index,
                                    session.readChunk(array.path(), index).orElseThrow())));
        });
        return contents;
    }

    @Test
    void packsSmallChunksOnce() throws IOException {
        writeChunkObjects();
        Map<String, ByteBuffer> before = contents();
        JsonNode dry = json("compact", "--along", "time", "--min-objects", "2", "--dry-run");
        assertThat(dry.get("mode").asText()).isEqualTo("DRY_RUN");
        assertThat(dry.get("snapshot").isNull()).isTrue();
        assertThat(dry.at("/arrays/~1large/objectsBefore").asInt()).isEqualTo(20);
        assertThat(dry.at("/arrays/~1large/objectsAfter").asInt()).isEqualTo(1);

        String packed = out("compact", "--along", "time", "--min-objects", "2", "-m", "packed by hand");

        assertThat(packed).contains("PACKED", "OBJECTS BEFORE", "REQUESTS", "together", "snapshot ");
        assertThat(out("log", "-n", "1")).contains("packed by hand");
        assertThat(json("compact", "--along", "time", "--min-objects", "2").get("arrays"))
                .isEmpty();
        assertThat(contents()).isEqualTo(before);
        assertThat(json("fsck", "--read-chunks").get("findings")).isEmpty();
    }

    @Test
    void emptiesPacksThatAreMostlyGarbageAndSaysHowMuchThatFrees() throws IOException {
        writeChunkObjects();
        String[] sizes = {"--small", "2KiB", "--min-objects", "2"};
        out("compact", sizes);
        use(
                RepositoryOptions.defaults(),
                open -> open.transact("main", CommitRequest.of("fewer"), session -> {
                    for (int chunk = 2; chunk < 20; chunk++) {
                        session.deleteChunk(NodePath.of("/large"), ChunkIndex.of(chunk));
                    }
                }));
        out("expire", "--older-than", "0s", "--delete-tags");
        out("gc", "--older-than", "0s");
        Map<String, ByteBuffer> before = contents();
        int stored = json("stats").at("/objects/CHUNK/bytes").asInt();

        JsonNode dry = json("compact", "--small", "2KiB", "--min-objects", "2", "--dry-run");
        assertThat(dry.get("emptied")).isEqualTo(JSON.readTree("{\"packs\": 1, \"bytes\": 20000, \"garbage\": 18000}"));
        assertThat(json("compact", "--small", "2KiB", "--min-live-share", "0.1")
                        .at("/emptied/packs")
                        .asInt())
                .as("a tenth is needed")
                .isZero();
        assertThat(out("compact", sizes))
                .contains("emptied 1 objects of 20000 bytes, 18000 of them garbage; 'expire' and 'gc' free them");

        out("expire", "--older-than", "0s");
        out("gc", "--older-than", "0s");
        assertThat(json("stats").at("/objects/CHUNK/bytes").asInt()).isEqualTo(stored - 18_000);
        assertThat(contents()).isEqualTo(before);
        assertThat(json("fsck", "--read-chunks").get("findings")).isEmpty();
        assertThat(run("compact", "--min-live-share", "2").err()).contains("Invalid share 2.0: it must be from 0 to 1");
    }

    @Test
    void compactionSaysWhatItCannotDo() {
        assertThat(run("compact", "--branch", "none").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("compact", "--array", "/none").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        CommandRun size = run("compact", "--target", "16MB");
        assertThat(size.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(size.err()).contains("'16MB' is no size such as 16MiB");
        assertThat(run("compact", "--small", "10MiB", "--target", "16MiB").err())
                .contains("the target must be at least twice as much");
        assertThat(run("compact", "--time-budget", "0s").err()).contains("run again to go on");
    }

    @Test
    void sizesAreNumbersWithBinaryUnits() {
        SizeInput size = new SizeInput();
        assertThat(size.convert("1000")).isEqualTo(1000);
        assertThat(size.convert("3KiB")).isEqualTo(3072);
        assertThat(size.convert("1GiB")).isEqualTo(1 << 30);
        assertThatThrownBy(() -> size.convert("2GiB")).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void laysManifestsOutAsTheRepositoryIsSplit() throws IOException {
        Map<String, ByteBuffer> before = contents();
        assertThat(json("rewrite-manifests").get("snapshot").isNull())
                .as("the committer has laid them out well")
                .isTrue();
        SplitRule one = new SplitRule(
                new ArrayCondition.AnyArray(), List.of(new SplitRule.DimensionSplit(new DimensionCondition.Any(), 1)));
        use(
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of(one))),
                Repository::saveConfig);

        JsonNode dry = json("rewrite-manifests", "--dry-run");
        assertThat(dry.at("/rewritten").asInt()).isPositive();
        assertThat(dry.at("/after/objects").asInt())
                .isGreaterThan(dry.at("/before/objects").asInt());
        assertThat(out("rewrite-manifests", "--message", "split"))
                .contains("rewrote " + dry.at("/rewritten").asInt() + " manifests", "before", "after", "snapshot ");

        assertThat(out("log", "-n", "1")).contains("split");
        assertThat(json("rewrite-manifests", "--amend").get("snapshot").isNull())
                .isTrue();
        assertThat(run("rewrite-manifests", "--branch", "none").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(contents()).isEqualTo(before);
        assertThat(json("fsck").get("findings")).isEmpty();
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
