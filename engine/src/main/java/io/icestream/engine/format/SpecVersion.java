package io.icestream.engine.format;

import java.util.Arrays;
import java.util.Optional;

/**
 * Version of the Icechunk specification that a repository follows, and each of its files: the files of a repository that was
 * upgraded stay in the version in which they were written.
 */
public enum SpecVersion {
    /** Branches and tags are objects of their own, and snapshots name their parents. */
    V1(1),
    /** One repository object holds branches, tags, the list of snapshots and the ops log. */
    V2(2);

    /** What new repositories are in unless somebody asks for another version. */
    public static final SpecVersion DEFAULT = V2;

    private final int number;

    SpecVersion(int number) {
        this.number = number;
    }

    /** The number in file headers. */
    public int number() {
        return number;
    }

    /** The version of a number, or empty if this release does not know it. */
    public static Optional<SpecVersion> find(int number) {
        return Arrays.stream(values())
                .filter(version -> version.number == number)
                .findFirst();
    }

    /** Names a number, and the ones that are known, for an error. */
    static String describe(int number) {
        return "format version " + number + " (known are " + V1.number + " and " + V2.number + ")";
    }
}
