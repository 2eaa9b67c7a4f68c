package io.icestream.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.testing.ChildJvm;
import io.icestream.engine.testing.StorageContract;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one folder, as separate JVMs: nothing is lost, and a killed one holds nobody up. */
class LocalStorageProcessesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PROCESSES = 3;
    private static final int INCREMENTS = 60;

    @TempDir
    Path folder;

    @Test
    void noIncrementIsLostAmongProcesses() throws Exception {
        Storage storage = storageWithZero();
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int child = 0; child < PROCESSES; child++) {
                children.add(startIncrementing(Durability.DISK, "child" + child, INCREMENTS));
            }
            for (int i = 0; i < INCREMENTS; i++) {
                StorageContract.increment(storage, "repo", "overwritten/parent." + i);
            }
            for (ChildJvm child : children) {
                assertThat(child.awaitExit(PATIENCE)).as(child::output).isZero();
            }
        } finally {
            children.forEach(ChildJvm::close);
        }

        int total = (PROCESSES + 1) * INCREMENTS;
        assertThat(number(storage, "repo")).isEqualTo(total);
        assertThat(numbers(storage, "overwritten/")).hasSize(total).doesNotHaveDuplicates();
    }

    @Test
    void aKilledProcessDoesNotHoldUpTheOthers() {
        Storage storage = storageWithZero();
        try (ChildJvm holder = ChildJvm.start(HoldLockMain.class, folder.toString())) {
            holder.awaitOutput("holding", PATIENCE);
            Storage impatient = impatientStorage();
            ObjectVersion version = storage.find("repo").orElseThrow().version();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> impatient.putIfMatches("repo", bytes("9"), version))
                    .withMessageContaining("another process has held it")
                    .withMessageContaining(DirectoryLock.FILE_NAME)
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(StorageException.Retry.CAN_HELP));
            assertThat(number(storage, "repo")).isZero();

            holder.kill();

            StorageContract.increment(storage, "repo", "overwritten/after");
            assertThat(number(storage, "repo")).isOne();
        }
    }

    @Test
    void processesKilledAtAnyMomentLeaveAWholeObjectAndNothingInListings() {
        Storage storage = storageWithZero();
        Random random = new Random(20261121);
        for (int round = 0; round < 4; round++) {
            String name = "victim" + round;
            try (ChildJvm victim = startIncrementing(Durability.PROCESS, name, 1_000_000)) {
                victim.awaitOutput("started", PATIENCE);
                int before = number(storage, "repo");
                int more = 1 + random.nextInt(20);
                while (number(storage, "repo") < before + more) {
                    StorageContract.increment(storage, "repo", "overwritten/parent." + name);
                }
                victim.kill();
            }
            int left = number(storage, "repo");
            StorageContract.increment(storage, "repo", "overwritten/after." + name);
            assertThat(number(storage, "repo")).isEqualTo(left + 1);
        }
        try (Stream<ObjectSummary> listing = storage.list("")) {
            assertThat(listing.map(ObjectSummary::key)).allMatch(key -> key.equals("repo") || !key.contains("#"));
        }
    }

    private ChildJvm startIncrementing(Durability durability, String name, int count) {
        return ChildJvm.start(IncrementMain.class, folder.toString(), durability.name(), name, Integer.toString(count));
    }

    private Storage storageWithZero() {
        Storage storage = LocalStorage.open(folder, Durability.PROCESS);
        storage.put("repo", bytes("0"));
        return storage;
    }

    private Storage impatientStorage() {
        DirectoryLock lock = new DirectoryLock(folder, Duration.ofMillis(50), new Random(2));
        return new LocalStorage(folder, Durability.PROCESS, new LocalFiles(), lock);
    }

    private static List<Integer> numbers(Storage storage, String prefix) {
        try (Stream<ObjectSummary> listing = storage.list(prefix)) {
            return listing.map(summary -> number(storage, summary.key())).toList();
        }
    }

    private static int number(Storage storage, String key) {
        return Integer.parseInt(
                UTF_8.decode(storage.find(key).orElseThrow().bytes()).toString());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
