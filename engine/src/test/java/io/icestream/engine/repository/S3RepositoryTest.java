package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.observe.ThrowingObserver;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A repository in a bucket: what requests it makes, and that it survives lost replies. */
class S3RepositoryTest {
    private static final NodePath ARRAY = NodePath.of("/temperature");

    private final S3TestServer server = S3TestServer.start("bucket");
    private final CloudStorage storage = S3Storage.open(options("s3://bucket/repository"));

    @AfterEach
    void stop() {
        storage.close();
        server.close();
    }

    private S3Options options(String location) {
        return S3Options.minio(server.endpoint(), S3Location.parse(location))
                .allowHttp()
                .credentials(new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY))
                .requests(RequestOptions.builder().sleeper(duration -> {}).build())
                .build();
    }

    private Repository create() {
        Repository repository = Repository.create(storage, RepositoryOptions.defaults());
        WritableSession session = repository.writableSession("main");
        ZarrArray.create(
                session,
                ARRAY,
                ArrayMetadata.builder(DataType.FLOAT64, new long[] {4, 1000}, new long[] {1, 1000})
                        .build());
        session.commit(CommitRequest.of("an array")).orThrow();
        return repository;
    }

    private static void commitRow(Repository repository, int row) {
        WritableSession session = repository.writableSession("main");
        double[] values = new double[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i + row * 1000.0);
        }
        ZarrArray.open(session, ARRAY).write(new long[] {row, 0}, NdArray.of(values, 1, 1000));
        session.commit(CommitRequest.of("row " + row)).orThrow();
    }

    private List<String> requests() {
        return server.requests().stream()
                .map(request -> request.replaceAll("repository/", "").replaceAll("/[^/]*$", "/…"))
                .toList();
    }

    @Test
    void aCommitOfOneArrayMakesSevenRequests() {
        try (Repository repository = create()) {
            commitRow(repository, 0);
            server.forgetRequests();

            commitRow(repository, 1);

            // The read, answered without a payload, is for the tip when the session begins. Publishing does not read:
            // copy and replacement are on condition that nobody else has committed since.
            assertThat(requests())
                    .containsExactlyInAnyOrder(
                            "GET repo",
                            "PUT chunks/…",
                            "PUT manifests/…",
                            "PUT snapshots/…",
                            "PUT transactions/…",
                            "COPY overwritten/…",
                            "PUT repo");
        }
    }

    /** The same requests go out, the same bytes come back, and the history is the same, with and without it. */
    @Test
    void anObserverThatThrowsChangesNoRequestAndNoCommit() {
        try (Repository repository = create()) {
            commitRow(repository, 1);
        }
        List<String> usual = requestsOfACommitSeenBy(Observer.NONE);
        for (ThrowingObserver throwing : ThrowingObserver.everywhere()) {
            assertThat(requestsOfACommitSeenBy(throwing))
                    .as(throwing.toString())
                    .isEqualTo(usual);
            assertThat(throwing.thrown()).as(throwing.toString()).isGreaterThan(10);
        }
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository
                            .history(repository.findBranch("main").orElseThrow())
                            .limit(5)
                            .map(entry -> entry.message()))
                    .containsExactly("row 2", "row 2", "row 2", "row 2", "row 1");
        }
    }

    /** Commits a row and reads it again; the requests in the order of the alphabet, as some are made at the same time. */
    private List<String> requestsOfACommitSeenBy(Observer observer) {
        server.forgetRequests();
        try (Repository repository =
                Repository.open(storage, RepositoryOptions.defaults().withObserver(observer))) {
            commitRow(repository, 2);
            assertThat(ZarrArray.open(repository.readonlySession(Version.branch("main")), ARRAY)
                            .readAll()
                            .doubleAt(2001))
                    .isEqualTo(Math.sin(2001.0));
        }
        return requests().stream().sorted().toList();
    }

    @Test
    void openingAndReadingAChunkTakesFiveRequests() {
        create().close();
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            commitRow(repository, 0);
        }
        server.forgetRequests();

        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            ZarrArray.open(repository.readonlySession(Version.branch("main")), ARRAY)
                    .readAll();
        }

        assertThat(requests())
                .containsExactly("GET repo", "GET repo", "GET snapshots/…", "GET manifests/…", "GET chunks/…");
    }

    @Test
    void commitsAreNeitherLostNorDoubledWhenRepliesAreLost() {
        try (Repository repository = create()) {
            for (CloudCall call : List.of(CloudCall.PUT, CloudCall.COPY, CloudCall.GET)) {
                for (int strike = 0; strike < 5; strike++) {
                    server.inject(CloudFault.on(call).from(2 + 4 * strike).dropAfter());
                    server.inject(CloudFault.on(call).from(3 + 4 * strike).dropBefore());
                }
            }

            for (int row = 0; row < 4; row++) {
                commitRow(repository, row);
            }

            assertThat(repository
                            .history(repository.findBranch("main").orElseThrow())
                            .map(entry -> entry.message()))
                    .containsExactly("row 3", "row 2", "row 1", "row 0", "an array", "Repository initialized");
        }
    }

    @Test
    void aWholeBucketIsNoPlaceForARepository() {
        try (CloudStorage bucket = S3Storage.open(options("s3://bucket"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Repository.create(bucket, RepositoryOptions.defaults()))
                    .withMessageContaining("Cannot create a repository at s3://bucket")
                    .withMessageContaining(
                            "the location is a whole bucket; add a prefix, for example s3://bucket/repository");
            assertThat(Repository.exists(bucket)).isFalse();
        }
    }
}
