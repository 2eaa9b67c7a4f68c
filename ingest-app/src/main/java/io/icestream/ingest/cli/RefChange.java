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

    static RefChange created(ReferenceKind kind, String name, SnapshotId at) {
        return new RefChange("created", kind.word(), name, at);
    }

    static RefChange deleted(ReferenceKind kind, String name, SnapshotId at) {
        return new RefChange("deleted", kind.word(), name, at);
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
