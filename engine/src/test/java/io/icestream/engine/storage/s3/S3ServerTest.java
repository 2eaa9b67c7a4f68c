package io.icestream.engine.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.StorageContract;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The contract of all storages, races of separate clients and what else matters, against a real server. It is named by
 * the environment: {@code ICESTREAM_TEST_S3} is a location such as {@code s3://bucket/prefix?endpoint=…}, and the AWS
 * variables hold the keys. {@code interop/run} starts one.
 */
@Tag("s3-server")
class S3ServerTest extends StorageContract {
    private static final int WRITERS = 4;

    private final S3Options options =
            S3Settings.parse(location(), Map.of(), System.getenv()).build();
    private final S3Options place = options.toBuilder()
            .location(new S3Location(
                    options.location().bucket(), options.location().prefix() + "/" + UUID.randomUUID()))
            .build();

    private static String location() {
        String location = System.getenv("ICESTREAM_TEST_S3");
        if (location == null) {
            throw new IllegalStateException("ICESTREAM_TEST_S3 is not set: it has to name a place in an S3 store");
        }
        return location;
    }

    @Override
    protected Storage createEmptyStorage() {
        return S3Storage.open(place);
    }

    @Override
    protected boolean equalBytesHaveEqualVersions() {
        return true;
    }

    @Override
    protected int incrementsPerThread() {
        return 10;
    }

    @Test
    void ofManyClientsThatCreateOneObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 20; round++) {
            String key = "refs/race-" + round;
            List<PutOutcome> outcomes =
                    inParallel((storage, writer) -> storage.putIfAbsent(key, bytes("writer " + writer)));

            assertThat(outcomes.stream().filter(PutOutcome.Written.class::isInstance))
                    .hasSize(1);
            assertThat(outcomes.stream().filter(PutOutcome.Refused.class::isInstance))
                    .hasSize(WRITERS - 1);
        }
    }

    @Test
    void noIncrementIsLostAmongManyClients() throws Exception {
        try (S3Storage storage = S3Storage.open(place)) {
            storage.put("repo", bytes("0"));
        }

        inParallel((storage, writer) -> {
            for (int i = 0; i < 10; i++) {
                increment(storage, "repo", "overwritten/" + writer + "." + i);
            }
            return writer;
        });

        try (S3Storage storage = S3Storage.open(place)) {
            assertThat(text(storage.find("repo").orElseThrow().bytes())).isEqualTo("40");
        }
    }

    @Test
    void noCommitIsLostAmongManyClients() throws Exception {
        try (S3Storage storage = S3Storage.open(place)) {
            Repository.create(storage, RepositoryOptions.defaults()).close();
        }

        inParallel((storage, writer) -> {
            try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
                for (int i = 0; i < 5; i++) {
                    commitGroup(repository, "g" + writer + "-" + i);
                }
            }
            return writer;
        });

        try (S3Storage storage = S3Storage.open(place);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository.history(repository.findBranch("main").orElseThrow()))
                    .hasSize(1 + 5 * WRITERS);
        }
    }

    private static void commitGroup(Repository repository, String name) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.of("/" + name), GroupMetadata.empty());
            if (session.commit(CommitRequest.of(name)) instanceof CommitOutcome.Committed) {
                return;
            }
        }
        throw new AssertionError("No attempt to commit " + name + " succeeded");
    }

    @Test
    void largeObjectsGoUpAndComeDownInParts() {
        byte[] content = new byte[13_000_000];
        new Random(3).nextBytes(content);
        S3Transfers transfers = new S3Transfers(6 << 20, 5 << 20, 4 << 20, 4);
        try (S3Storage storage =
                S3Storage.open(place.toBuilder().transfers(transfers).build())) {
            PutOutcome created = storage.putIfAbsent("large", ByteBuffer.wrap(content));
            assertThat(created).isInstanceOf(PutOutcome.Written.class);
            assertThat(storage.putIfAbsent("large", ByteBuffer.wrap(content))).isEqualTo(new PutOutcome.Refused());
            ObjectVersion version = ((PutOutcome.Written) created).version();
            assertThat(storage.putIfMatches("large", ByteBuffer.wrap(content, 0, 8_000_000), version))
                    .isInstanceOf(PutOutcome.Written.class);
            assertThat(storage.putIfMatches("large", ByteBuffer.wrap(content), version))
                    .isEqualTo(new PutOutcome.Refused());
            assertThat(storage.find("large").orElseThrow().bytes()).isEqualTo(ByteBuffer.wrap(content, 0, 8_000_000));
            assertThat(storage.statistics().requests(S3Operation.ABORT_MULTIPART))
                    .isEqualTo(2);
        }
    }

    @Test
    void aRefusalOfALargeBodyIsSettledThoughTheServerAnswersEarly() {
        byte[] content = new byte[8_000_000];
        try (S3Storage storage = S3Storage.open(place)) {
            storage.put("repo", bytes("there"));

            PutOutcome outcome = storage.putIfAbsent("repo", ByteBuffer.wrap(content));

            assertThat(outcome).isNotInstanceOf(PutOutcome.Written.class);
            assertThat(text(storage.find("repo").orElseThrow().bytes())).isEqualTo("there");
        }
    }

    @Test
    void saysWhatIsWrongWithTheBucketOrTheKeys() {
        S3Options elsewhere = place.toBuilder()
                .location(new S3Location("no-such-bucket-here", "p"))
                .build();
        try (S3Storage storage = S3Storage.open(elsewhere)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.find("a"))
                    .withMessageContaining("there is no bucket 'no-such-bucket-here'");
        }
        S3Options stranger = place.toBuilder()
                .credentials(new S3Credentials.Keys("nobody", "nothing"))
                .build();
        try (S3Storage storage = S3Storage.open(stranger)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.find("a"))
                    .withMessageContaining("does not accept the credentials (Keys[nobody])");
        }
    }

    private interface Writer<T> {
        T run(Storage storage, int number);
    }

    private <T> List<T> inParallel(Writer<T> writer) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                int mine = number;
                calls.add(() -> {
                    try (S3Storage storage = S3Storage.open(place)) {
                        return writer.run(storage, mine);
                    }
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
