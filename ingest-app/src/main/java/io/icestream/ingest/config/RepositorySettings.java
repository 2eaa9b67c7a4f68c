package io.icestream.ingest.config;

/**
 * Where the arrays live.
 *
 * @param location a path, or a URL with scheme {@code file:}
 * @param branch the branch that is committed to
 * @param createIfMissing whether an absent repository is created at start
 */
public record RepositorySettings(String location, String branch, boolean createIfMissing) {}
