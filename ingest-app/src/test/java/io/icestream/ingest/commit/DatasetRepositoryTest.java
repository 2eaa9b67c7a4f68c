package io.icestream.ingest.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.RepositorySettings;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A new repository is told how to split manifests, so that what a commit rewrites does not grow with the array; an old one stays as it is. */
class DatasetRepositoryTest {
    private static final int CHUNKS_PER_MANIFEST = 1_000;

    private final Storage storage = new InMemoryStorage("test", InstantSource.system());

    @Test
    void commitsRewriteOnlyTheLastManifestOfAnArray() {
        CommitFixture fixture = CommitFixture.of(CommitFixture.dataset("/", Duration.ofHours(1)), 4);
        Repository repository = DatasetRepository.openOrCreate(storage, fixture.config());
        SliceCommitter committer = fixture.committer(repository, ProtocolObserver.NONE);
        Ledger seed = committer.initialise(fixture.seed());
        Ledger first = publish(committer, fixture, repository, seed, CHUNKS_PER_MANIFEST + 10);
        List<ManifestReference> before = manifests();

        publish(committer, fixture, repository, first, CHUNKS_PER_MANIFEST + 20);

        List<ManifestReference> after = manifests();
        assertThat(before).hasSize(2);
        assertThat(after).hasSize(2);
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(after.get(1).id()).isNotEqualTo(before.get(1).id());
        assertThat(after.get(1).extents().get(0).from()).isEqualTo(CHUNKS_PER_MANIFEST);
    }

    private static Ledger publish(
            SliceCommitter committer, CommitFixture fixture, Repository repository, Ledger base, long close) {
        return SliceCommitterTest.published(committer.publish(fixture.plan(repository, base, close)));
    }

    private List<ManifestReference> manifests() {
        return ((NodeData.Array) CommitFixture.tip(storage)
                        .findNode(NodePath.of("/temp"))
                        .orElseThrow()
                        .data())
                .manifests();
    }

    @Test
    void splittingIsStoredInANewRepository() {
        IngestConfig config = CommitFixture.small().config();
        DatasetRepository.openOrCreate(storage, config).close();

        try (Repository plain = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(plain.config()).isEqualTo(DatasetRepository.repositoryConfig(config.dataset()));
        }
    }

    @Test
    void anOldRepositoryKeepsItsConfiguration() {
        Repository.create(storage, RepositoryOptions.defaults()).close();

        try (Repository opened =
                DatasetRepository.openOrCreate(storage, CommitFixture.small().config())) {
            assertThat(opened.config().splitRules()).isEqualTo(RepositoryConfig.DEFAULT_SPLIT_RULES);
        }
    }

    @Test
    void createsNoRepositoryUnlessAllowed() {
        IngestConfig config = CommitFixture.small().config();
        IngestConfig careful = new IngestConfig(
                config.id(),
                new RepositorySettings("unused", "main", false),
                config.kafka(),
                config.registry(),
                config.dataset(),
                config.watermark(),
                config.late(),
                config.commit(),
                config.errors(),
                config.tags(),
                config.stateDirectory());

        assertThatThrownBy(() -> DatasetRepository.openOrCreate(storage, careful))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("repository.create-if-missing");
    }

    @Test
    void createsNoRepositoryAmongOtherThings() {
        storage.put("notes.txt", ByteBuffer.wrap(new byte[] {1}));

        assertThatThrownBy(() -> DatasetRepository.openOrCreate(
                        storage, CommitFixture.small().config()))
                .isInstanceOf(AlreadyExistsException.class);
    }
}
