package io.icestream.engine.storage;

import io.icestream.engine.testing.StorageContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of all storages, for a local folder whose writes survive the process only. */
class LocalStorageInProcessTest extends StorageContract {
    @TempDir
    Path folder;

    @Override
    protected Storage createEmptyStorage() {
        return LocalStorage.open(folder, Durability.PROCESS);
    }
}
