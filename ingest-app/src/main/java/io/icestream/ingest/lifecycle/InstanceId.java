package io.icestream.ingest.lifecycle;

import io.icestream.ingest.topology.HaltException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Id of this member of the group, kept in the state directory: a restarted process takes its old place without a rebalance. */
final class InstanceId {

    private static final String FILE = "instance-id";

    private InstanceId() {}

    static String in(Path stateDirectory) {
        Path file = stateDirectory.resolve(FILE);
        try {
            Files.createDirectories(stateDirectory);
            if (Files.exists(file)) {
                String id = Files.readString(file).strip();
                if (!id.isEmpty()) {
                    return id;
                }
            }
            String id = UUID.randomUUID().toString();
            Files.writeString(file, id + "\n");
            return id;
        } catch (IOException e) {
            throw new HaltException(
                    "Cannot use state-directory " + stateDirectory + ": " + e + "; choose a writable folder");
        }
    }
}
