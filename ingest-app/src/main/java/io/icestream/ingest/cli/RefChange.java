package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;

/**
 * What became of a branch or a tag.
 *
 * @param action {@code created} or {@code deleted}
 * @param kind {@code branch} or {@code tag}
 * @param name its name
 * @param snapshot where it is or was
 */
record RefChange(String action, String kind, String name, SnapshotId snapshot) {

    static RefChange created(String kind, String name, SnapshotId at) {
        return new RefChange("created", kind, name, at);
    }

    static RefChange deleted(String kind, String name, SnapshotId at) {
        return new RefChange("deleted", kind, name, at);
    }

    void print(Output output) {
        if (output.json()) {
            output.json(this);
        } else {
            output.line(action + " " + kind + " " + name + ", " + (action.equals("deleted") ? "it was " : "") + "at "
                    + snapshot);
        }
    }
}
