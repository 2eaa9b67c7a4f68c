package io.icestream.engine.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.EncodedManifest;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.ManifestWriter;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.FaultInjectingStorage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is written is read back, from the cache at no cost and from the storage by a fresh store; what is missing or
 * mixed up is named.
 */
class AssetStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final NodeId NODE = NodeId.random(new Random(1));

    private final FaultInjectingStorage storage =
            new FaultInjectingStorage(new InMemoryStorage("assets", InstantSource.fixed(NOW)));
    private final AssetStore assets = newStore();

    @Test
    void readsBackASnapshot() {
        Snapshot snapshot = Snapshot.initial(NOW);
        assets.writeSnapshot(snapshot, 3);

        assertThat(storage.stat("snapshots/" + snapshot.id())).isPresent();
        assertThat(newStore().fetchSnapshot(snapshot.id())).isEqualTo(snapshot);
    }

    @Test
    void readsBackATransactionLog() {
        TransactionLog log = TransactionLog.empty(SnapshotId.random(new Random(2)));
        assets.writeTransactionLog(log, 3);

        assertThat(storage.stat("transactions/" + log.id())).isPresent();
        assertThat(newStore().fetchTransactionLog(log.id())).isEqualTo(log);
    }

    @Test
    void readsBackAManifestInExactlyItsSize() {
        EncodedManifest manifest = manifest();
        assets.writeManifest(manifest);
        String key = AssetKeys.manifest(manifest.file().id());
        assertThat(storage.stat(key).orElseThrow().sizeBytes())
                .isEqualTo(manifest.file().sizeBytes());

        Manifest read = newStore().fetchManifest(manifest.file());

        assertThat(read.find(NODE, ChunkIndex.of(0)))
                .contains(new ChunkReference.Inline(Bytes.wrap(new byte[] {1, 2, 3})));
    }

    @Test
    void readsBackAChunk() {
        ByteBuffer payload =
                ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}).position(1).limit(4);
        ChunkReference.Native reference = assets.writeChunk(payload);

        assertThat(payload.position()).isEqualTo(1);
        assertThat(reference.offset()).isZero();
        assertThat(reference.length()).isEqualTo(3);
        assertThat(storage.stat("chunks/" + reference.id())).isPresent();
        assertThat(assets.fetchChunk(reference)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(assets.fetchChunk(new ChunkReference.Native(reference.id(), 1, 2)))
                .isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
    }

    @Test
    void givesAnInlineChunkWithoutARequest() {
        ByteBuffer chunk = assets.fetchChunk(new ChunkReference.Inline(Bytes.wrap(new byte[] {1, 2})));

        assertThat(chunk).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(chunk.isReadOnly()).isTrue();
        assertThat(storage.calls()).isZero();
    }

    @Test
    void everyReaderOfACachedChunkHasABufferOfItsOwn() {
        ChunkReference reference = assets.writeChunk(ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assets.fetchChunk(reference).get();

        assertThat(assets.fetchChunk(reference).remaining()).isEqualTo(3);
    }

    @Test
    void asksTheStorageOnceOnly() {
        EncodedManifest manifest = manifest();
        assets.writeManifest(manifest);
        assets.writeSnapshot(Snapshot.initial(NOW), 3);
        ChunkReference chunk = assets.writeChunk(ByteBuffer.wrap(new byte[] {1}));
        AssetStore reader = newStore();
        long before = storage.calls();

        for (int i = 0; i < 3; i++) {
            reader.fetchSnapshot(SnapshotId.INITIAL);
            reader.fetchManifest(manifest.file());
            reader.fetchChunk(chunk);
        }

        assertThat(storage.calls() - before).isEqualTo(3);
    }

    @Test
    void knowsWhatItHasWritten() {
        EncodedManifest manifest = manifest();
        assets.writeManifest(manifest);
        assets.writeSnapshot(Snapshot.initial(NOW), 3);
        long before = storage.calls();

        assets.fetchManifest(manifest.file());
        assets.fetchSnapshot(SnapshotId.INITIAL);

        assertThat(storage.calls()).isEqualTo(before);
    }

    @Test
    void namesWhatIsMissingAndWhatRefersToIt() {
        SnapshotId id = SnapshotId.random(new Random(3));
        ManifestFile file = new ManifestFile(ManifestId.random(new Random(4)), 1234, 1);
        ChunkReference chunk = new ChunkReference.Native(ChunkId.random(new Random(5)), 0, 10);

        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> assets.fetchSnapshot(id))
                .withMessageContaining("snapshots/" + id)
                .withMessageContaining("memory:assets");
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> assets.fetchTransactionLog(id))
                .withMessageContaining("transactions/" + id);
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> assets.fetchManifest(file))
                .withMessageContaining("manifests/" + file.id())
                .withMessageContaining("a snapshot lists it with 1234 bytes");
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> assets.fetchChunk(chunk))
                .withMessageContaining("chunks/")
                .withMessageContaining("a manifest refers to it");
    }

    @Test
    void refusesAManifestOfAnotherSizeThanTheSnapshotSays() {
        EncodedManifest manifest = manifest();
        assets.writeManifest(manifest);
        ManifestFile file = manifest.file();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> newStore().fetchManifest(new ManifestFile(file.id(), file.sizeBytes() + 1, 1)))
                .withMessageContaining("the object has " + file.sizeBytes() + " bytes");
        assertThatExceptionOfType(CorruptObjectException.class)
                .isThrownBy(() -> newStore().fetchManifest(new ManifestFile(file.id(), file.sizeBytes() - 1, 1)));
    }

    @Test
    void refusesAnObjectThatCarriesAnotherId() {
        EncodedManifest manifest = manifest();
        ManifestId other = ManifestId.random(new Random(6));
        storage.put(AssetKeys.manifest(other), manifest.bytes());

        assertThatExceptionOfType(CorruptObjectException.class)
                .isThrownBy(() -> assets.fetchManifest(
                        new ManifestFile(other, manifest.file().sizeBytes(), 1)))
                .withMessageContaining(other.toString())
                .withMessageContaining(manifest.file().id().toString());
    }

    @Test
    void refusesAnEmptyChunk() {
        assertThatIllegalArgumentException().isThrownBy(() -> assets.writeChunk(ByteBuffer.allocate(0)));
    }

    @Test
    void saysThatItDoesNotReadVirtualChunks() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() ->
                        assets.fetchChunk(new ChunkReference.Virtual("s3://bucket/file.nc", 0, 10, Optional.empty())))
                .withMessageContaining("s3://bucket/file.nc");
    }

    private AssetStore newStore() {
        return new AssetStore(storage, AssetCacheSizes.DEFAULT, new Random(7));
    }

    private static EncodedManifest manifest() {
        ManifestWriter writer = new ManifestWriter(ManifestId.random(new Random(8)));
        writer.beginArray(NODE);
        writer.add(ChunkIndex.of(0), new ChunkReference.Inline(Bytes.wrap(new byte[] {1, 2, 3})));
        return writer.finish(3);
    }
}
