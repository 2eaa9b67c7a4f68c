package io.icestream.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.observe.Activity;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.observe.ThrowingObserver;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.StorageContract;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all storages with an observer in front; then what the observer is told. */
class ObservedStorageTest extends StorageContract {
    private final List<String> told = new ArrayList<>();
    private final FaultInjectingStorage behind =
            new FaultInjectingStorage(new InMemoryStorage("behind", InstantSource.system()));
    private final Storage observed = ObservedStorage.of(behind, this::begin, AssetKeys::kind);

    private Observer.Span begin(Activity activity) {
        return ending -> told.add(activity.name() + " " + activity.subject() + " " + activity.labels() + " "
                + ending.outcome() + " " + ending.amounts());
    }

    @Override
    protected Storage createEmptyStorage() {
        return ObservedStorage.of(
                new InMemoryStorage("contract", InstantSource.system()), Observer.NONE, AssetKeys::kind);
    }

    @Test
    void everyCallIsToldWithItsOutcomeAndBytes() {
        ObjectVersion version = ((PutOutcome.Written) observed.putIfAbsent("repo", ByteBuffer.allocate(7))).version();
        observed.putIfAbsent("repo", ByteBuffer.allocate(7));
        observed.copyIfMatches("repo", "overwritten/1", version);
        observed.putIfMatches("repo", ByteBuffer.allocate(9), version);
        observed.put("chunks/A", ByteBuffer.allocate(100));
        observed.fetchRange("chunks/A", 10, 20);
        observed.find("manifests/B");
        observed.find("repo");
        observed.findIfChanged("repo", version);
        observed.findIfChanged("repo", observed.find("repo").orElseThrow().version());
        observed.findIfChanged("refs/x", version);
        observed.stat("snapshots/C");
        try (Stream<ObjectSummary> listing = observed.list("transactions/")) {
            assertThat(listing).isEmpty();
        }
        try (Stream<ObjectSummary> listing = observed.list("")) {
            assertThat(listing).hasSize(3);
        }
        observed.delete(List.of("chunks/A", "chunks/B"));

        assertThat(told)
                .containsExactly(
                        "storage.put-if-absent repo {kind=repository} done {bytes-written=7}",
                        "storage.put-if-absent repo {kind=repository} refused {bytes-written=7}",
                        "storage.copy-if-matches overwritten/1 {kind=backup} done {}",
                        "storage.put-if-matches repo {kind=repository} done {bytes-written=9}",
                        "storage.put chunks/A {kind=chunk} done {bytes-written=100}",
                        "storage.fetch-range chunks/A {kind=chunk} done {bytes-read=20}",
                        "storage.find manifests/B {kind=manifest} absent {}",
                        "storage.find repo {kind=repository} done {bytes-read=9}",
                        "storage.find-if-changed repo {kind=repository} done {bytes-read=9}",
                        "storage.find repo {kind=repository} done {bytes-read=9}",
                        "storage.find-if-changed repo {kind=repository} unchanged {}",
                        "storage.find-if-changed refs/x {kind=other} absent {}",
                        "storage.stat snapshots/C {kind=snapshot} absent {}",
                        "storage.list transactions/ {kind=transaction-log} done {objects=0}",
                        "storage.list  {kind=other} done {objects=3}",
                        "storage.delete 2 objects {kind=chunk} done {objects=2}");
    }

    /** Calls of every kind and outcome come out as they do without an observer. */
    @Test
    void noCallChangesWhenTheObserverThrows() {
        String expected = outcomes(Observer.NONE);
        for (ThrowingObserver throwing : ThrowingObserver.everywhere()) {
            assertThat(outcomes(throwing)).as(throwing.toString()).isEqualTo(expected);
            assertThat(throwing.thrown()).as(throwing.toString()).isGreaterThanOrEqualTo(16);
        }
    }

    private static String outcomes(Observer observer) {
        FaultInjectingStorage store = new FaultInjectingStorage(new InMemoryStorage("s", InstantSource.system()));
        Storage storage = ObservedStorage.of(store, observer, AssetKeys::kind);
        List<String> seen = new ArrayList<>();
        ObjectVersion version = ((PutOutcome.Written) storage.putIfAbsent("repo", ByteBuffer.allocate(7))).version();
        seen.add(kind(storage.putIfAbsent("repo", ByteBuffer.allocate(7))));
        seen.add(kind(storage.copyIfMatches("repo", "overwritten/1", version)));
        seen.add(kind(storage.putIfMatches("repo", ByteBuffer.allocate(9), version)));
        seen.add(kind(storage.putIfMatches("repo", ByteBuffer.allocate(9), version)));
        storage.put("chunks/A", ByteBuffer.allocate(100));
        seen.add(storage.fetchRange("chunks/A", 10, 20).toString());
        seen.add(storage.find("manifests/B") + " " + storage.find("repo").map(StoredObject::sizeBytes));
        seen.add(storage.findIfChanged("repo", version).getClass().getSimpleName());
        seen.add(storage.stat("repo").map(ObjectSummary::sizeBytes) + " " + storage.stat("snapshots/C"));
        try (Stream<ObjectSummary> listing = storage.list("")) {
            seen.add(listing.map(ObjectSummary::key).sorted().toList().toString());
        }
        storage.delete(List.of("chunks/A"));
        seen.add(storage.find("chunks/A").toString());
        store.follow(FaultScript.always(call -> true, Fault.FAIL_BEFORE));
        seen.add(failure(() -> storage.put("chunks/A", ByteBuffer.allocate(1))));
        seen.add(failure(() -> storage.list("chunks/").close()));
        store.follow(FaultScript.always(call -> true, Fault.LOSE_REPLY));
        seen.add(kind(storage.putIfAbsent("late", ByteBuffer.allocate(1))));
        return String.join("\n", seen);
    }

    private static String kind(PutOutcome outcome) {
        return outcome.getClass().getSimpleName();
    }

    private static String failure(Runnable call) {
        try {
            call.run();
            return "done";
        } catch (StorageException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** So a test can make a store slow: what the observer does comes before the call. */
    @Test
    void theCallIsMadeAfterTheObserverWasToldThatItBegins() {
        List<Long> callsBefore = new ArrayList<>();
        Storage slow = ObservedStorage.of(
                behind,
                activity -> {
                    callsBefore.add(behind.calls());
                    return Observer.Span.NONE;
                },
                AssetKeys::kind);

        slow.put("chunks/A", ByteBuffer.allocate(1));
        slow.find("chunks/A");

        assertThat(callsBefore).containsExactly(0L, 1L);
    }

    @Test
    void failuresAndUnknownOutcomesAreToldAsSuch() {
        behind.follow(FaultScript.always(call -> true, Fault.FAIL_BEFORE));
        assertThatThrownBy(() -> observed.put("chunks/A", ByteBuffer.allocate(1)))
                .isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> observed.list("chunks/")).isInstanceOf(StorageException.class);
        behind.follow(FaultScript.always(call -> true, Fault.LOSE_REPLY));
        observed.putIfAbsent("repo", ByteBuffer.allocate(1));

        assertThat(told)
                .containsExactly(
                        "storage.put chunks/A {kind=chunk} failed {}",
                        "storage.list chunks/ {kind=chunk} failed {}",
                        "storage.put-if-absent repo {kind=repository} unknown {bytes-written=1}");
    }

    /** A collector finds what killed writers left behind, whatever is in front of the storage. */
    @Test
    void whatWritersLeftUnfinishedIsFoundBehindDecorators(@TempDir Path folder) throws Exception {
        try (Storage local = LocalStorage.open(folder.resolve("repository"), Durability.PROCESS);
                Storage decorated = ObservedStorage.of(
                        DiskCachedStorage.open(
                                local,
                                folder.resolve("cache"),
                                1 << 20,
                                AssetKeys::isImmutable,
                                InstantSource.system()),
                        Observer.NONE,
                        AssetKeys::kind)) {
            local.put("chunks/A", ByteBuffer.allocate(1));
            Files.write(folder.resolve("repository/chunks/A#17"), new byte[3]);
            List<ObjectSummary> unfinished = decorated.listUnfinished();

            assertThat(unfinished).hasSize(1).isEqualTo(local.listUnfinished());
            decorated.deleteUnfinished(unfinished.get(0));
            assertThat(decorated.listUnfinished()).isEmpty();
            assertThat(local.find("chunks/A")).isPresent();
        }
        Storage memory = new InMemoryStorage("plain", InstantSource.system());
        assertThat(memory.listUnfinished()).isEmpty();
    }
}
