package io.icestream.engine.storage;

import io.icestream.engine.testing.StorageContract;
import java.nio.file.Path;

/**
 * A child process of {@link LocalStorageProcessesTest}: increments an object of a local folder a number of times.
 * Arguments: folder, durability, name of this process, number.
 */
final class IncrementMain {
    private IncrementMain() {}

    public static void main(String[] arguments) {
        try (LocalStorage storage = LocalStorage.open(Path.of(arguments[0]), Durability.valueOf(arguments[1]))) {
            System.out.println("started");
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                StorageContract.increment(storage, "repo", "overwritten/" + arguments[2] + "." + i);
            }
            System.out.println("done");
        }
    }
}
