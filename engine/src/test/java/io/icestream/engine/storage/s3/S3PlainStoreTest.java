package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Attribution;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that does not know conditional writes, and who its logs say has asked. */
class S3PlainStoreTest {
    private final S3TestServer server = S3TestServer.start("bucket");

    @AfterEach
    void stopServer() {
        server.close();
    }

    private static CloudStorage open(S3Options.Builder options) {
        return S3Storage.open(options.build());
    }

    private static CommitOutcome commit(WritableSession session, String group) {
        ZarrGroup.create(session, NodePath.of(group), GroupMetadata.empty());
        return session.commit(CommitRequest.of("add " + group));
    }

    @Test
    void isRefusedUnlessTheUserSaysThatThereIsOneWriter() {
        server.refuseConditions();
        try (CloudStorage storage = open(S3Fixture.options(server))) {
            assertThatThrownBy(() -> Repository.create(storage, RepositoryOptions.defaults()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("NotImplemented");
        }
    }

    @Test
    void holdsTheRepositoryOfASingleWriter() {
        server.refuseConditions();
        try (CloudStorage storage = open(S3Fixture.options(server).withoutConditionalWrites());
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession early = repository.writableSession("main");
            commit(repository.writableSession("main"), "/a").orThrow();
            commit(repository.writableSession("main"), "/b").orThrow();

            assertThat(commit(early, "/c")).as("a session on an old tip").isInstanceOf(CommitOutcome.Refused.class);
            assertThat(repository.readonlySession(Version.branch("main")).nodes())
                    .hasSize(2);
        }
    }

    @Test
    void looksBeforeItWrites() {
        try (CloudStorage storage = open(S3Fixture.options(server).withoutConditionalWrites())) {
            PutOutcome.Written first = (PutOutcome.Written) storage.putIfAbsent("key", bytes("one"));

            assertThat(storage.putIfAbsent("key", bytes("two"))).isInstanceOf(PutOutcome.Refused.class);
            assertThat(storage.putIfMatches("key", bytes("three"), first.version()))
                    .isInstanceOf(PutOutcome.Written.class);
            assertThat(storage.putIfMatches("key", bytes("four"), first.version()))
                    .isInstanceOf(PutOutcome.Refused.class);
            assertThat(storage.copyIfMatches("key", "copy", first.version())).isInstanceOf(PutOutcome.Refused.class);
            assertThat(text(storage.find("key").orElseThrow().bytes())).isEqualTo("three");
        }
    }

    @Test
    void stillFindsOutWhatBecameOfAWriteWithoutAReply() {
        try (CloudStorage storage = open(S3Fixture.options(server).withoutConditionalWrites())) {
            server.inject(CloudFault.on(CloudCall.PUT).dropAfter());

            assertThat(storage.putIfAbsent("key", bytes("one"))).isInstanceOf(PutOutcome.Written.class);
            assertThat(server.count(CloudCall.PUT)).isEqualTo(1);
        }
    }

    @Test
    void itsLogsSayWhoAsked() {
        Attribution attribution = new Attribution(Optional.of("api/2"), Optional.of("backfill"), Optional.empty());
        try (CloudStorage storage = open(S3Fixture.options(server)
                .requests(RequestOptions.builder().attribution(attribution).build()))) {
            storage.put("chunks/any", bytes("one"));

            assertThat(server.userAgents()).allMatch(agent -> agent.startsWith("api/2 icestream (workload=backfill) "));
        }
    }
}
