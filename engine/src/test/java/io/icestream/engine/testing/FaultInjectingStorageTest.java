package io.icestream.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.testing.StorageCall.Operation;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Without faults the decorator is a storage like any other; with them it does what the script says. */
class FaultInjectingStorageTest extends StorageContract {
    private final InMemoryStorage below = new InMemoryStorage("below", InstantSource.system());
    private final FaultInjectingStorage faulty = new FaultInjectingStorage(below);

    @Override
    protected Storage createEmptyStorage() {
        return new FaultInjectingStorage(new InMemoryStorage("contract", InstantSource.system()));
    }

    @Test
    void failsBeforeTheEffect() {
        faulty.follow(FaultScript.once(call -> call.operation() == Operation.PUT, Fault.FAIL_BEFORE));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> put("a"))
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThat(below.find("a")).isEmpty();
        put("a");
        assertThat(below.find("a")).isPresent();
    }

    @Test
    void losesRepliesAfterTheEffect() {
        faulty.follow(FaultScript.always(call -> call.operation().isWrite(), Fault.LOSE_REPLY));

        assertThat(faulty.putIfAbsent("a", ByteBuffer.allocate(1))).isInstanceOf(PutOutcome.Unknown.class);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> put("b"));
        assertThat(keysBelow()).containsExactly("a", "b");
        assertThat(faulty.copyIfMatches("a", "c", version("a"))).isInstanceOf(PutOutcome.Unknown.class);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> faulty.delete(List.of("a")));
        assertThat(keysBelow()).containsExactly("b", "c");
    }

    @Test
    void losesRequests() {
        faulty.follow(FaultScript.always(call -> call.operation().isWrite(), Fault.LOSE_REQUEST));

        assertThat(faulty.putIfAbsent("a", ByteBuffer.allocate(1))).isInstanceOf(PutOutcome.Unknown.class);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> put("b"));
        assertThat(keysBelow()).isEmpty();
    }

    @Test
    void letsWritesLandLate() {
        put("repo");
        ObjectVersion first = version("repo");
        faulty.follow(FaultScript.once(call -> call.operation().isWrite(), Fault.LAND_LATE));

        assertThat(faulty.putIfMatches("repo", ByteBuffer.allocate(2), first)).isInstanceOf(PutOutcome.Unknown.class);
        assertThat(version("repo")).isEqualTo(first);
        assertThat(faulty.landLateWrites()).isOne();

        assertThat(version("repo")).isNotEqualTo(first);
        assertThat(faulty.landLateWrites()).isZero();
    }

    @Test
    void refusesConditionalWrites() {
        faulty.follow(FaultScript.always(call -> call.operation().isConditionalWrite(), Fault.REFUSE));

        assertThat(faulty.putIfAbsent("a", ByteBuffer.allocate(1))).isEqualTo(new PutOutcome.Refused());
        assertThat(keysBelow()).isEmpty();
    }

    @Test
    void fillsTheDiskFromACallOn() {
        faulty.fillDiskAt(2);
        put("a");

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> put("b"));
        assertThat(faulty.find("a")).isPresent();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> faulty.putIfAbsent("c", ByteBuffer.allocate(1)));
        assertThat(keysBelow()).containsExactly("a");
    }

    @Test
    void afterACrashNothingGoesThroughUntilTheRestart() {
        faulty.crashAt(2, Fault.CRASH_AFTER);
        put("a");

        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> put("b"));
        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> put("c"));
        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> faulty.find("a"));
        assertThat(keysBelow()).containsExactly("a", "b");

        faulty.restart();
        faulty.crashAt(1, Fault.CRASH_BEFORE);
        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> put("d"));
        faulty.restart();
        put("e");
        assertThat(keysBelow()).containsExactly("a", "b", "e");
    }

    @Test
    void runsTheHookBeforeTheCall() {
        faulty.beforeEachCall(call -> below.put("from-hook", ByteBuffer.allocate(1)));

        assertThat(faulty.find("from-hook")).isPresent();
    }

    @Test
    void countsCallsByKind() {
        put("a");
        put("b");
        faulty.find("a");
        faulty.delete(List.of("b", "a"));

        assertThat(faulty.calls()).isEqualTo(4);
        assertThat(faulty.calls(Operation.PUT)).isEqualTo(2);
        assertThat(faulty.journal().get(3)).isEqualTo(new StorageCall(4, Operation.DELETE, "b"));
    }

    @Test
    void aSeedGivesTheSameFaultsAgain() {
        List<Fault> first = faults(7);

        assertThat(first).isEqualTo(faults(7)).isNotEqualTo(faults(8)).contains(Fault.NONE, Fault.FAIL_BEFORE);
    }

    @Test
    void showsStaleListings() {
        put("a");
        faulty.freezeListings();
        put("b");
        faulty.delete(List.of("a"));

        assertThat(keys()).containsExactly("a");
        faulty.thawListings();
        assertThat(keys()).containsExactly("b");
    }

    private static List<Fault> faults(long seed) {
        FaultScript script = FaultScript.seeded(seed, 0.3, List.of(Fault.FAIL_BEFORE, Fault.LOSE_REPLY));
        return IntStream.range(0, 100)
                .mapToObj(i -> script.decide(new StorageCall(i, Operation.PUT, "a")))
                .toList();
    }

    private void put(String key) {
        faulty.put(key, ByteBuffer.allocate(1));
    }

    private ObjectVersion version(String key) {
        return below.find(key).orElseThrow().version();
    }

    private List<String> keysBelow() {
        return below.list("").map(ObjectSummary::key).toList();
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        try (Stream<ObjectSummary> listing = faulty.list("")) {
            listing.map(ObjectSummary::key).forEach(keys::add);
        }
        return keys;
    }
}
