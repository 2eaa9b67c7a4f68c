package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetCacheSizes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.store.ByteRequest;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrStore;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.Codec;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads of parts of chunks, and of chunks that share an object: they give the right bytes and cost few requests. */
class PartialReadsTest {
    private static final NodePath ARRAY = NodePath.of("/a");
    private static final byte[] PACK = new byte[300_000];

    static {
        new Random(7).nextBytes(PACK);
    }

    private final TestRepository test =
            TestRepository.empty(RepositoryOptions.defaults().withCacheSizes(new AssetCacheSizes(1 << 20, 0)));

    /** Chunks of one object at these offsets, 100 bytes each. */
    private void commitPacked(int... offsets) {
        ChunkId id = ((ChunkReference.Native) test.repository.putChunk(ByteBuffer.wrap(PACK))).id();
        WritableSession session = test.session();
        session.createArray(ARRAY, TestRepository.array(offsets.length + 1L));
        for (int chunk = 0; chunk < offsets.length; chunk++) {
            session.attach(ARRAY, ChunkIndex.of(chunk), new ChunkReference.Native(id, offsets[chunk], 100));
        }
        session.commit(CommitRequest.of("packed")).orThrow();
    }

    private static ByteBuffer packed(int offset, int length) {
        return ByteBuffer.wrap(PACK, offset, length).slice();
    }

    private Map<ChunkIndex, Optional<ByteBuffer>> readChunks(Session session, int count) {
        Map<ChunkIndex, Optional<ByteBuffer>> read = new ConcurrentHashMap<>();
        session.readChunks(
                ARRAY, IntStream.range(0, count).mapToObj(ChunkIndex::of).toList(), read::put);
        return read;
    }

    private long rangesOf(Runnable reading) {
        long before = test.storage.calls(Operation.FETCH_RANGE);
        reading.run();
        return test.storage.calls(Operation.FETCH_RANGE) - before;
    }

    @Test
    void neighboursInOneObjectAreReadTogether() {
        commitPacked(100, 0, 200, 1000, 200_000, 150);
        Session session = test.tip();
        session.findChunk(ARRAY, ChunkIndex.of(0));

        long requests = rangesOf(() -> assertThat(readChunks(session, 7))
                .containsEntry(ChunkIndex.of(0), Optional.of(packed(100, 100)))
                .containsEntry(ChunkIndex.of(1), Optional.of(packed(0, 100)))
                .containsEntry(ChunkIndex.of(2), Optional.of(packed(200, 100)))
                .containsEntry(ChunkIndex.of(3), Optional.of(packed(1000, 100)))
                .containsEntry(ChunkIndex.of(4), Optional.of(packed(200_000, 100)))
                .containsEntry(ChunkIndex.of(5), Optional.of(packed(150, 100)))
                .containsEntry(ChunkIndex.of(6), Optional.empty())
                .hasSize(7));

        assertThat(requests).as("one near the start, one far from it").isEqualTo(2);
    }

    @Test
    void equalChunksAreReadEach() {
        commitPacked(0, 100, 100, 0);
        WritableSession session = test.session();
        session.attach(ARRAY, ChunkIndex.of(2), TestRepository.inline("same"));
        session.attach(ARRAY, ChunkIndex.of(4), TestRepository.inline("same"));

        assertThat(readChunks(session, 5))
                .containsEntry(ChunkIndex.of(0), Optional.of(packed(0, 100)))
                .containsEntry(ChunkIndex.of(1), Optional.of(packed(100, 100)))
                .containsEntry(ChunkIndex.of(2), Optional.of(ByteBuffer.wrap("same".getBytes(StandardCharsets.UTF_8))))
                .containsEntry(ChunkIndex.of(3), Optional.of(packed(0, 100)))
                .containsEntry(ChunkIndex.of(4), Optional.of(ByteBuffer.wrap("same".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void whatIsCachedIsNotReadAgainWithItsNeighbours() {
        Repository caching = Repository.open(test.storage, test.options.withCacheSizes(AssetCacheSizes.DEFAULT));
        commitPacked(0, 100, 200);
        Session session = caching.readonlySession(Version.branch("main"));
        session.readChunk(ARRAY, ChunkIndex.of(1));

        assertThat(rangesOf(() -> readChunks(session, 3))).isOne();
        assertThat(rangesOf(() -> readChunks(session, 3))).isZero();
        caching.close();
    }

    @Test
    void aPartOfAChunkIsReadWithoutTheRest() {
        commitPacked(0, 100);
        Session session = test.tip();
        session.findChunk(ARRAY, ChunkIndex.of(0));

        assertThat(rangesOf(() -> assertThat(session.readChunkPart(ARRAY, ChunkIndex.of(1), new ByteRange(30, 5)))
                        .hasValue(packed(130, 5))))
                .isOne();
        assertThat(session.readChunkPart(ARRAY, ChunkIndex.of(1), new ByteRange(100, 0)))
                .hasValue(ByteBuffer.allocate(0));
        assertThat(session.readChunkPart(ARRAY, ChunkIndex.of(2), new ByteRange(0, 1)))
                .isEmpty();
        assertThatThrownBy(() -> session.readChunkPart(ARRAY, ChunkIndex.of(1), new ByteRange(50, 51)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyPartsCostFewRequestsSeveralAtATime() {
        commitPacked(0, 100, 200_000);
        Session session = test.tip();
        session.findChunk(ARRAY, ChunkIndex.of(0));
        CountDownLatch both = new CountDownLatch(2);
        test.storage.beforeEachCall(call -> {
            both.countDown();
            await(both);
        });

        List<Optional<ByteBuffer>> found = new ArrayList<>();
        long requests = rangesOf(() -> found.addAll(ZarrStore.of(session)
                .findAll(List.of(
                        new ZarrStore.Part("a/c/1", ByteRequest.range(10, 20)),
                        new ZarrStore.Part("a/c/2", ByteRequest.suffix(5)),
                        new ZarrStore.Part("a/c/3", ByteRequest.whole()),
                        new ZarrStore.Part("a/c/0", ByteRequest.range(7, 7)),
                        new ZarrStore.Part("a/c/0", ByteRequest.offset(90)),
                        new ZarrStore.Part("a/c/1", ByteRequest.range(10, 20))))));

        assertThat(found)
                .containsExactly(
                        Optional.of(packed(110, 10)),
                        Optional.of(packed(200_095, 5)),
                        Optional.empty(),
                        Optional.of(ByteBuffer.allocate(0)),
                        Optional.of(packed(90, 10)),
                        Optional.of(packed(110, 10)));
        assertThat(requests).as("one near the start, one far from it").isEqualTo(2);
    }

    /** Fails if the others do not come while this one waits. */
    private static void await(CountDownLatch others) {
        try {
            assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void partsOfACachedChunkCostNothing() {
        try (Repository caching = Repository.open(test.storage, test.options.withCacheSizes(AssetCacheSizes.DEFAULT))) {
            commitPacked(0, 100);
            ZarrStore store = ZarrStore.of(caching.readonlySession(Version.branch("main")));
            assertThat(rangesOf(() -> store.find("a/c/1"))).isPositive();

            assertThat(rangesOf(() -> assertThat(store.findAll(List.of(
                                    new ZarrStore.Part("a/c/1", ByteRequest.range(1, 3)),
                                    new ZarrStore.Part("a/c/1", ByteRequest.suffix(1)))))
                            .containsExactly(Optional.of(packed(101, 2)), Optional.of(packed(199, 1)))))
                    .isZero();
        }
    }

    @Test
    void partsThatAreNotThereAreErrorsOfTheirOwn() {
        commitPacked(0);
        Session session = test.tip();

        assertThatThrownBy(() -> session.readParts(List.of(
                        new Session.ChunkPart(ARRAY, ChunkIndex.of(0), size -> new Session.ByteSpan(0, size + 1)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a chunk of 100 bytes");
        assertThatThrownBy(() -> session.readParts(List.of(new Session.ChunkPart(
                        NodePath.of("/none"), ChunkIndex.of(0), size -> new Session.ByteSpan(0, size)))))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> session.readParts(List.of(
                        new Session.ChunkPart(ARRAY, ChunkIndex.of(0, 0), size -> new Session.ByteSpan(0, size)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWritableSessionReadsPartsOfItsOwnChunks() {
        commitPacked(0);
        WritableSession session = test.session();
        session.attach(ARRAY, ChunkIndex.of(1), TestRepository.inline("inline chunk"));

        assertThat(session.readChunkPart(ARRAY, ChunkIndex.of(1), new ByteRange(7, 5))
                        .map(Optional::of)
                        .map(TestRepository::text))
                .hasValue("chunk");
        assertThat(session.readChunkPart(ARRAY, ChunkIndex.of(0), new ByteRange(0, 3)))
                .hasValue(packed(0, 3));
        assertThat(session.readParts(List.of(
                        new Session.ChunkPart(ARRAY, ChunkIndex.of(1), size -> new Session.ByteSpan(size - 5, size)),
                        new Session.ChunkPart(ARRAY, ChunkIndex.of(0), size -> new Session.ByteSpan(1, 2)))))
                .containsExactly(
                        Optional.of(ByteBuffer.wrap("chunk".getBytes(StandardCharsets.UTF_8))),
                        Optional.of(packed(1, 1)));
    }

    @Test
    void fewElementsOfAShardCostItsIndexAndTheirInnerChunks() {
        ArrayMetadata metadata = ArrayMetadata.builder(DataType.INT32, new long[] {64, 64}, new long[] {64, 64})
                .codecs(CodecChain.of(Codec.sharding(CodecChain.uncompressed(DataType.INT32), 8, 8)))
                .build();
        NdArray values = NdArray.of(IntStream.rangeClosed(1, 64 * 64).toArray(), 64, 64);
        WritableSession session = test.session();
        ZarrArray.create(session, ARRAY, metadata).write(new long[] {0, 0}, values);
        session.commit(CommitRequest.of("shard")).orThrow();
        ZarrArray array = ZarrArray.open(test.tip(), ARRAY);
        array.read(new Region(new long[] {0, 0}, new long[] {1, 1}));

        for (Region region : List.of(
                new Region(new long[] {9, 17}, new long[] {1, 1}),
                new Region(new long[] {6, 6}, new long[] {4, 40}),
                new Region(new long[] {0, 0}, new long[] {63, 20}))) {
            long requests = rangesOf(() -> assertThat(array.read(region).ints()).isEqualTo(expected(region)));
            assertThat(requests).as("requests for %s", region).isEqualTo(2);
        }
        Region most = new Region(new long[] {1, 0}, new long[] {60, 64});
        assertThat(rangesOf(() -> assertThat(array.read(most).ints()).isEqualTo(expected(most))))
                .as("a shard of which most is wanted is read at once")
                .isOne();
    }

    private static int[] expected(Region region) {
        long[] from = region.origin();
        long[] shape = region.shape();
        return IntStream.range(0, (int) (shape[0] * shape[1]))
                .map(at -> (int) ((from[0] + at / shape[1]) * 64 + from[1] + at % shape[1]) + 1)
                .toArray();
    }
}
