package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Manifests: what is written is found again, one by one and in order; order and boxes are checked. */
class ManifestTest {
    private static final String KEY = "manifests/test";

    @Test
    void findsEveryReferenceThatWasWritten() {
        for (long seed = 1; seed <= 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SortedMap<NodeId, SortedMap<ChunkIndex, ChunkReference>> arrays = randomArrays(random);
            EncodedManifest encoded = write(arrays);
            Manifest manifest = IcechunkFile.decodeManifest(encoded.bytes(), KEY);

            assertThat(manifest.nodes()).as("seed %d", seed).containsExactlyElementsOf(arrays.keySet());
            assertThat(manifest.chunkReferences()).isEqualTo(encoded.file().chunkReferences());
            assertThat(manifest.id()).isEqualTo(encoded.file().id());
            assertThat(encoded.file().sizeBytes()).isEqualTo(encoded.bytes().remaining());
            arrays.forEach((node, references) -> checkArray(manifest, encoded, node, references));
        }
    }

    private static void checkArray(
            Manifest manifest, EncodedManifest encoded, NodeId node, SortedMap<ChunkIndex, ChunkReference> references) {
        TreeMap<ChunkIndex, ChunkReference> walked = new TreeMap<>();
        manifest.forEach(node, walked::put);
        assertThat(walked).isEqualTo(references);
        references.forEach((index, reference) -> {
            assertThat(manifest.find(node, index)).contains(reference);
            assertThat(encoded.reference(node).covers(index)).isTrue();
        });
        assertThat(manifest.find(node, ChunkIndex.of(1, 2, 3, 4, 5, 6))).isEmpty();
        assertThat(manifest.find(node, ChunkIndex.of(0xFFFF_FFFEL))).isEmpty();
    }

    @Test
    void copiesReferencesFromAnotherManifest() {
        SortedMap<NodeId, SortedMap<ChunkIndex, ChunkReference>> arrays = randomArrays(new SplittableRandom(77));
        Manifest first = IcechunkFile.decodeManifest(write(arrays).bytes(), KEY);
        ManifestWriter writer = new ManifestWriter(first.id());
        for (NodeId node : first.nodes()) {
            writer.beginArray(node);
            for (ManifestCursor cursor = first.cursor(node); cursor.advance(); ) {
                writer.add(cursor);
            }
        }
        assertThat(IcechunkFile.decodeManifest(writer.finish(3).bytes(), KEY)).isEqualTo(first);
    }

    @Test
    void boxesAreTight() {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        NodeId node = new NodeId(7);
        writer.beginArray(node);
        writer.add(ChunkIndex.of(3, 9), inline(1));
        writer.add(ChunkIndex.of(5, 2), inline(2));
        assertThat(writer.finish(3).reference(node))
                .isEqualTo(new ManifestReference(
                        new ManifestId(1, 2), List.of(new ChunkIndexRange(3, 6), new ChunkIndexRange(2, 10))));
    }

    @Test
    void holdsTheOneChunkOfAnArrayWithoutDimensions() {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        NodeId node = new NodeId(7);
        writer.beginArray(node);
        writer.add(ChunkIndex.of(), inline(4));
        EncodedManifest encoded = writer.finish(3);
        assertThat(encoded.reference(node).extents()).isEmpty();
        assertThat(encoded.reference(node).covers(ChunkIndex.of())).isTrue();
        assertThat(IcechunkFile.decodeManifest(encoded.bytes(), KEY).find(node, ChunkIndex.of()))
                .contains(inline(4));
    }

    @Test
    void refusesReferencesOutOfOrder() {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        assertThatThrownBy(() -> writer.add(ChunkIndex.of(1), inline(1))).isInstanceOf(IllegalStateException.class);
        writer.beginArray(new NodeId(7));
        writer.add(ChunkIndex.of(1), inline(1));
        assertThatThrownBy(() -> writer.add(ChunkIndex.of(1), inline(1))).hasMessageContaining("come in order");
        assertThatThrownBy(() -> writer.add(ChunkIndex.of(0), inline(1))).hasMessageContaining("come in order");
        assertThatThrownBy(() -> writer.add(ChunkIndex.of(2, 2), inline(1))).hasMessageContaining("one rank");
        assertThatThrownBy(() -> writer.add(ChunkIndex.of(0xFFFF_FFFFL), inline(1)))
                .hasMessageContaining("32 bits");
        assertThatThrownBy(() -> writer.beginArray(new NodeId(6))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ManifestWriter(new ManifestId(1, 2)).finish(3))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Other writers compress locations with a dictionary once there are many; here one is made by hand. */
    @Test
    void readsCompressedLocations() {
        byte[] dictionary = "s3://bucket/some/long/prefix/".getBytes(StandardCharsets.US_ASCII);
        byte[] location = "s3://bucket/some/long/prefix/file-17.bin".getBytes(StandardCharsets.US_ASCII);
        FlatReader sound = new FlatReader(withCompressedLocation(dictionary, location), KEY);
        ChunkReference expected =
                new ChunkReference.Virtual(new String(location, StandardCharsets.US_ASCII), 0, 9, Optional.empty());
        assertThat(Manifest.decode(sound).find(new NodeId(7), ChunkIndex.of())).contains(expected);

        Manifest tooLong = Manifest.decode(new FlatReader(withCompressedLocation(dictionary, new byte[2000]), KEY));
        assertThatThrownBy(() -> tooLong.find(new NodeId(7), ChunkIndex.of()))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("at most 1024 bytes");
        Manifest without = Manifest.decode(new FlatReader(withCompressedLocation(new byte[0], location), KEY));
        assertThatThrownBy(() -> without.find(new NodeId(7), ChunkIndex.of()))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("a dictionary");
    }

    private static byte[] withCompressedLocation(byte[] dictionary, byte[] location) {
        FlatWriter writer = new FlatWriter(1024);
        byte[] compressed;
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            compressed = context.loadDict(dictionary).compress(location);
        }
        int place = writer.bytes(Bytes.wrap(compressed));
        int index = writer.u32s(new int[0]);
        writer.startTable();
        writer.offset(0, index);
        writer.u64(3, 9);
        writer.offset(8, place);
        int references = writer.offsets(new int[] {writer.endTable()});
        writer.startTable();
        writer.offset(1, references);
        writer.id(0, new NodeId(7));
        int arrays = writer.offsets(new int[] {writer.endTable()});
        int dictionaryPlace = dictionary.length == 0 ? 0 : writer.bytes(Bytes.wrap(dictionary));
        writer.startTable();
        writer.offset(1, arrays);
        writer.offset(2, dictionaryPlace);
        writer.id(0, 1, 2);
        writer.finish(writer.endTable());
        return Arrays.copyOfRange(writer.buffer(), writer.start(), writer.buffer().length);
    }

    /** Prints the cost of a manifest of a million references; the figures are for people, not asserted. */
    @Test
    void holdsAMillionReferences() {
        NodeId node = new NodeId(99);
        int side = 1000;
        for (int round = 0; round < 2; round++) {
            SplittableRandom random = new SplittableRandom(5);
            ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
            writer.beginArray(node);
            long start = cpuNanos();
            for (int i = 0; i < side * side; i++) {
                writer.add(
                        ChunkIndex.of(i / side, i % side),
                        new ChunkReference.Native(ChunkId.random(random), 0, 100_000 + i % 512));
            }
            long added = cpuNanos();
            ByteBuffer file = writer.finish(3).bytes();
            long encoded = cpuNanos();
            Manifest manifest = IcechunkFile.decodeManifest(file, KEY);
            Optional<ChunkReference> found = manifest.find(node, ChunkIndex.of(777, 333));
            long decoded = cpuNanos();
            long walked = 0;
            for (ManifestCursor cursor = manifest.cursor(node); cursor.advance(); ) {
                walked++;
            }
            long end = cpuNanos();
            assertThat(found).isPresent();
            assertThat(walked).isEqualTo(1_000_000);
            System.out.printf(
                    "million references: add %d ms, finish %d ms, decode and find %d ms, walk %d ms, %d bytes (%d raw)%n",
                    millis(start, added),
                    millis(added, encoded),
                    millis(encoded, decoded),
                    millis(decoded, end),
                    file.remaining(),
                    manifest.sizeBytes());
        }
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }

    private static ChunkReference inline(int value) {
        return new ChunkReference.Inline(Bytes.wrap(new byte[] {(byte) value}));
    }

    private static EncodedManifest write(SortedMap<NodeId, SortedMap<ChunkIndex, ChunkReference>> arrays) {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        arrays.forEach((node, references) -> {
            writer.beginArray(node);
            references.forEach(writer::add);
        });
        return writer.finish(3);
    }

    private static SortedMap<NodeId, SortedMap<ChunkIndex, ChunkReference>> randomArrays(SplittableRandom random) {
        SortedMap<NodeId, SortedMap<ChunkIndex, ChunkReference>> arrays = new TreeMap<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            arrays.put(NodeId.random(random), RandomValues.references(random, 1 + random.nextInt(60)));
        }
        return arrays;
    }

    /** Time of this thread alone, so that the figures do not depend on what else the machine does. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
