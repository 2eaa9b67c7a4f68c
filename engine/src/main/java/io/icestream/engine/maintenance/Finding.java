package io.icestream.engine.maintenance;

/**
 * Something that is not as it should be in a repository.
 *
 * @param severity how bad it is
 * @param object key of the object, or what else it is about
 * @param problem what is wrong, with the values expected and found
 * @param wayOut what can be done about it
 */
public record Finding(Severity severity, String object, String problem, String wayOut) {
    /** How bad a finding is. */
    public enum Severity {
        /** Everything can be read; something is unusual, or a log is gone that some rebases and diffs would need. */
        WARNING,
        /** Something that a snapshot refers to cannot be read. */
        ERROR
    }
}
