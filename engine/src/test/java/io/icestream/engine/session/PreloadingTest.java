package io.icestream.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ManifestPreload;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.PreloadCondition;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageCall;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Manifests that the configuration names are there before somebody asks for them. */
class PreloadingTest {
    private static final NodePath TIME = NodePath.of("/time");
    private static final NodePath TEMPERATURE = NodePath.of("/temperature");

    private final FaultInjectingStorage storage =
            new FaultInjectingStorage(new InMemoryStorage("preloading", InstantSource.system()));
    private final AtomicInteger manifestReads = new AtomicInteger();
    private final CountDownLatch firstRead = new CountDownLatch(1);

    @BeforeEach
    void write() {
        try (Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            create(session, TIME, 2);
            create(session, TEMPERATURE, 5);
            session.commit(CommitRequest.of("two arrays")).orThrow();
        }
        storage.beforeEachCall(this::count);
    }

    private static void create(WritableSession session, NodePath path, int chunks) {
        ArrayMetadata metadata = ArrayMetadata.builder(DataType.FLOAT64, new long[] {chunks}, new long[] {1})
                .build();
        double[] values = new double[chunks];
        Arrays.fill(values, 1);
        ZarrArray.create(session, path, metadata).write(new long[] {0}, NdArray.of(values, chunks));
    }

    private void count(StorageCall call) {
        if (isManifest(call)) {
            manifestReads.incrementAndGet();
            firstRead.countDown();
        }
    }

    private static boolean isManifest(StorageCall call) {
        return call.key().startsWith("manifests/");
    }

    private Repository open(PreloadCondition condition) {
        RepositoryConfig config = RepositoryConfig.DEFAULT.withManifestPreload(ManifestPreload.of(condition));
        return Repository.open(storage, RepositoryOptions.defaults().withConfig(config));
    }

    private static double read(ReadonlySession session, NodePath array) {
        return ZarrArray.open(session, array).readAll().doubleAt(0);
    }

    @Test
    void fetchesWhatIsNamedAndNothingElse() throws InterruptedException {
        try (Repository repository = open(new PreloadCondition.Arrays(new ArrayCondition.NameMatches("^time$")))) {
            ReadonlySession session = repository.readonlySession(Version.branch("main"));

            assertThat(firstRead.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(read(session, TIME)).isEqualTo(1);
            assertThat(manifestReads).as("it is read once, ahead").hasValue(1);
            assertThat(read(session, TEMPERATURE)).isEqualTo(1);
            assertThat(manifestReads).hasValue(2);
        }
    }

    @Test
    void leavesOutWhatExceedsTheBounds() {
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            ReadonlySession session = repository.readonlySession(Version.branch("main"));
            PreloadCondition all = new PreloadCondition.Constant(true);

            assertThat(ManifestPreloading.choose(session.snapshot(), new ManifestPreload(all, 7, 2)))
                    .hasSize(2);
            assertThat(ManifestPreloading.choose(session.snapshot(), new ManifestPreload(all, 6, 2)))
                    .as("by the order of the paths")
                    .hasSize(1);
            assertThat(ManifestPreloading.choose(session.snapshot(), new ManifestPreload(all, 7, 1)))
                    .hasSize(1);
            assertThat(ManifestPreloading.choose(
                            session.snapshot(), ManifestPreload.of(new PreloadCondition.References(3, 5))))
                    .hasSize(1);
        }
    }

    @Test
    void aFailureAheadIsNobodysFailure() throws InterruptedException {
        storage.follow(FaultScript.always(PreloadingTest::isManifest, Fault.FAIL_BEFORE));
        try (Repository repository = open(new PreloadCondition.Constant(true))) {
            ReadonlySession session = repository.readonlySession(Version.branch("main"));
            assertThat(firstRead.await(30, TimeUnit.SECONDS)).isTrue();
            storage.follow(FaultScript.NO_FAULTS);

            assertThat(read(session, TIME)).isEqualTo(1);
        }
    }
}
