package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A small sample of each kind of file is cut at every byte and flipped at every bit, once as a file and once as the buffer
 * inside of the compression, so that the reader itself meets the damage. The outcome must be one of the two errors of the
 * format, or a value that can be used in full.
 */
@Timeout(120)
class DamageTest {
    private static final String KEY = "objects/sample";

    /** A kind of file: a sample, how to decode it, and how to use all of it. */
    private record Kind(FileType type, SpecVersion version, Supplier<FlatWriter> sample, Consumer<FlatReader> use) {
        FlatReader reader(byte[] buffer) {
            return new FlatReader(buffer, KEY, version);
        }

        byte[] buffer() {
            FlatWriter writer = sample.get();
            return Arrays.copyOfRange(writer.buffer(), writer.start(), writer.buffer().length);
        }

        byte[] file() {
            return Bytes.copyOf(Envelope.wrap(type, version, sample.get(), 3)).toByteArray();
        }

        @Override
        public String toString() {
            return type.title() + " of version " + version.number();
        }
    }

    private static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(
                        FileType.SNAPSHOT,
                        SpecVersion.V2,
                        () -> SnapshotCodec.encode(snapshot()),
                        DamageTest::useSnapshot),
                new Kind(
                        FileType.SNAPSHOT,
                        SpecVersion.V1,
                        () -> SnapshotCodec.encode(
                                snapshot().withParent(Optional.of(SnapshotId.INITIAL)), SpecVersion.V1),
                        DamageTest::useSnapshot),
                new Kind(
                        FileType.TRANSACTION_LOG,
                        SpecVersion.V2,
                        () -> TransactionLogCodec.encode(log()),
                        DamageTest::useLog),
                new Kind(
                        FileType.REPOSITORY_INFO,
                        SpecVersion.V2,
                        () -> RepositoryCodec.encode(info()),
                        DamageTest::useInfo),
                new Kind(FileType.MANIFEST, SpecVersion.V2, DamageTest::manifest, DamageTest::useManifest));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void samplesAreSound(Kind kind) {
        kind.use.accept(kind.reader(kind.buffer()));
        assertThat(kind.buffer().length).isLessThan(2500);
    }

    @Test
    void thereIsASampleOfEveryKindOfFile() {
        EnumSet<FileType> written = EnumSet.allOf(FileType.class);
        // Numbers that the specification sets aside; there are no such files.
        written.removeAll(List.of(FileType.ATTRIBUTES, FileType.CHUNK));
        assertThat(kinds().map(Kind::type).distinct()).containsExactlyInAnyOrderElementsOf(written);
    }

    /** The configuration lies inside the repository object and is decoded when it is asked for. */
    @Test
    void aDamagedConfigurationEndsInAnErrorOrAValue() {
        byte[] stored = RepositoryConfig.DEFAULT
                .withInlineChunkThresholdBytes(7)
                .withSplitRules(List.of(new SplitRule(
                        new ArrayCondition.AnyArray(),
                        List.of(new SplitRule.DimensionSplit(new DimensionCondition.Any(), 3)))))
                .encode()
                .toByteArray();
        Consumer<byte[]> decode = damaged -> useConfig(RepositoryConfig.decode(Bytes.wrap(damaged), KEY));
        decode.accept(stored);
        for (int length = 0; length < stored.length; length++) {
            survive(Arrays.copyOf(stored, length), decode, "cut at " + length);
        }
        flipEveryBit(stored, decode);
    }

    private static void useConfig(RepositoryConfig config) {
        assertThat(config.encode().size()).isPositive();
        assertThat(List.of(
                        config.inlineChunkThresholdBytes(),
                        config.compressionLevel(),
                        config.updatesPerRepositoryObject(),
                        config.splitRules(),
                        config.updateRetries(),
                        config.settings()))
                .hasSize(6);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void damagedFilesEndInAnErrorOrAValue(Kind kind) {
        byte[] file = kind.file();
        Consumer<byte[]> decode = damaged -> kind.use.accept(Envelope.unwrap(ByteBuffer.wrap(damaged), kind.type, KEY));
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> decode.accept(cut)).isInstanceOf(CorruptObjectException.class);
        }
        flipEveryBit(file, decode);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void damagedBuffersEndInAnErrorOrAValue(Kind kind) {
        byte[] buffer = kind.buffer();
        Consumer<byte[]> decode = damaged -> kind.use.accept(kind.reader(damaged));
        for (int length = 8; length < buffer.length; length++) {
            survive(Arrays.copyOf(buffer, length), decode, "cut at " + length);
        }
        flipEveryBit(buffer, decode);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void strangeNumbersInBuffersEndInAnErrorOrAValue(Kind kind) {
        byte[] buffer = kind.buffer();
        int[] strange = {0, 1, -1, 4, 0xFFFF, Integer.MAX_VALUE, Integer.MIN_VALUE, buffer.length, -buffer.length};
        for (int at = 0; at + 4 <= buffer.length; at += 2) {
            for (int number : strange) {
                byte[] damaged = buffer.clone();
                FlatReader.INT.set(damaged, at, number);
                survive(damaged, bytes -> kind.use.accept(kind.reader(bytes)), number + " at " + at);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void randomDamageEndsInAnErrorOrAValue(Kind kind) {
        byte[] buffer = kind.buffer();
        for (long seed = 1; seed <= 5000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = buffer.clone();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            survive(damaged, bytes -> kind.use.accept(kind.reader(bytes)), "seed " + seed);
        }
    }

    private static void flipEveryBit(byte[] sound, Consumer<byte[]> decode) {
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] damaged = sound.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            survive(damaged, decode, "bit " + bit);
        }
    }

    private static void survive(byte[] damaged, Consumer<byte[]> decode, String what) {
        try {
            decode.accept(damaged);
        } catch (CorruptObjectException e) {
            assertThat(e.object()).as(what).startsWith(KEY);
        } catch (UnsupportedFormatException e) {
            assertThat(e.feature()).as(what).isNotEmpty();
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    /** A vector may refer to one table a hundred thousand times, and the table to a large string. */
    @Test
    void refusesBuffersThatUnfoldWithoutEnd() {
        FlatWriter writer = new FlatWriter(1 << 20);
        int text = writer.string("x".repeat(200_000));
        int[] names = new int[100_000];
        Arrays.fill(names, text);
        int deletedTags = writer.offsets(names);
        int none = writer.offsets(new int[0]);
        writer.startTable();
        int status = writer.endTable();
        writer.startTable();
        for (int field : new int[] {1, 2, 4, 7}) {
            writer.offset(field, none);
        }
        writer.offset(3, deletedTags);
        writer.offset(5, status);
        writer.u8(0, 2, 0);
        writer.finish(writer.endTable());
        byte[] buffer = Arrays.copyOfRange(writer.buffer(), writer.start(), writer.buffer().length);
        assertThatThrownBy(() -> IcechunkFile.decode(new FlatReader(buffer, KEY), RepositoryCodec::decode))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("in proportion");
    }

    // Samples

    private static Snapshot snapshot() {
        ManifestId manifest = new ManifestId(0x0102030405060708L, 0x090A0B0C);
        NodeData array = new NodeData.Array(
                List.of(new DimensionShape(100, 10), new DimensionShape(7, 1)),
                Optional.of(List.of(Optional.of("time"), Optional.empty())),
                List.of(new ManifestReference(
                        manifest, List.of(new ChunkIndexRange(0, 10), new ChunkIndexRange(0, 1)))));
        List<Node> nodes = List.of(
                new Node(
                        new NodeId(1),
                        NodePath.ROOT,
                        Bytes.wrap("{}".getBytes(StandardCharsets.UTF_8)),
                        new NodeData.Group()),
                new Node(new NodeId(-2), NodePath.of("/été"), Bytes.wrap(new byte[30]), array));
        return Snapshot.of(
                SnapshotId.INITIAL,
                Instant.parse("2026-11-20T00:00:00Z"),
                "sample",
                Metadata.ofRoot(),
                nodes,
                List.of(new ManifestFile(manifest, 1234, 10)));
    }

    private static TransactionLog log() {
        TreeMap<NodeId, List<ChunkIndex>> chunks = new TreeMap<>();
        chunks.put(new NodeId(5), List.of(ChunkIndex.of(0, 1), ChunkIndex.of(0, 2)));
        TreeSet<NodeId> one = new TreeSet<>(List.of(new NodeId(5)));
        TreeSet<NodeId> none = new TreeSet<>();
        return new TransactionLog(
                SnapshotId.INITIAL,
                one,
                none,
                none,
                one,
                none,
                one,
                chunks,
                List.of(new TransactionLog.Move(NodePath.of("/a"), NodePath.of("/b"), new NodeId(9), NodeKind.ARRAY)));
    }

    private static RepositoryInfo info() {
        SplittableRandom random = new SplittableRandom(4);
        Instant now = Instant.parse("2026-11-20T00:00:00Z");
        RepositoryInfo info = RepositoryInfo.initial(Snapshot.initial(now), now, Optional.of(Bytes.wrap(new byte[4])));
        SnapshotEntry commit = new SnapshotEntry(
                SnapshotId.random(random),
                Optional.of(SnapshotId.INITIAL),
                now,
                "commit",
                Metadata.ofRoot(),
                List.of(SnapshotId.random(random)));
        UpdateStamp stamp = new UpdateStamp(now.plusSeconds(1), "repo.x", 100);
        RepositoryInfo next = info.withCommit("main", commit, stamp)
                .withTag("t", commit.id(), stamp)
                .withoutTag("t", stamp)
                .withBranch("b", commit.id(), stamp)
                .withStatus(RepositoryStatus.online(now), stamp);
        return new RepositoryInfo(
                2,
                next.tags(),
                next.branches(),
                next.deletedTags(),
                next.snapshots(),
                next.status(),
                Metadata.ofRoot(),
                next.latestUpdates(),
                Optional.of("repo.y"),
                next.config(),
                new FeatureFlags(new TreeSet<>(List.of(4)), new TreeSet<>(List.of(5))),
                Optional.of(Bytes.wrap(new byte[3])));
    }

    private static FlatWriter manifest() {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        SplittableRandom random = new SplittableRandom(4);
        for (int node = 1; node <= 2; node++) {
            writer.beginArray(new NodeId(node));
            writer.add(ChunkIndex.of(0, 1), new ChunkReference.Native(ChunkId.random(random), 0, 100));
            writer.add(ChunkIndex.of(1, 1), new ChunkReference.Inline(Bytes.wrap(new byte[5])));
            writer.add(
                    ChunkIndex.of(2, 0),
                    new ChunkReference.Virtual("s3://b/k", 1, 2, Optional.of(new VirtualChecksum.EntityTag("tag"))));
            writer.add(
                    ChunkIndex.of(3, 0),
                    new ChunkReference.Virtual(
                            "s3://b/l", 1, 2, Optional.of(new VirtualChecksum.LastModified(Instant.ofEpochSecond(1)))));
        }
        return writer.finishBuffer();
    }

    // Use of every part of a value

    private static void useSnapshot(FlatReader reader) {
        Snapshot snapshot = IcechunkFile.decode(reader, SnapshotCodec::decode);
        for (Node node : snapshot.nodes()) {
            assertThat(snapshot.find(node.path())).contains(node);
        }
        SnapshotCodec.encode(snapshot, reader.version());
    }

    private static void useLog(FlatReader reader) {
        TransactionLogCodec.encode(IcechunkFile.decode(reader, TransactionLogCodec::decode));
    }

    private static void useInfo(FlatReader reader) {
        RepositoryInfo info = IcechunkFile.decode(reader, RepositoryCodec::decode);
        assertThat(info.snapshots()
                        .all()
                        .filter(entry -> entry.message().isEmpty())
                        .count())
                .isNotNegative();
        for (Map.Entry<String, SnapshotId> branch : info.branches().entrySet()) {
            assertThat(info.snapshots().ancestry(branch.getValue()).count()).isPositive();
        }
        RepositoryCodec.encode(info);
    }

    private static void useManifest(FlatReader reader) {
        Function<FlatReader, Manifest> decode = Manifest::decode;
        Manifest manifest = IcechunkFile.decode(reader, decode);
        for (NodeId node : manifest.nodes()) {
            List<ChunkIndex> indices = new ArrayList<>();
            manifest.find(node, ChunkIndex.of(2, 0));
            manifest.forEach(node, (index, reference) -> indices.add(index));
            assertThat(indices).hasSize(manifest.chunkReferences(node));
        }
    }
}
