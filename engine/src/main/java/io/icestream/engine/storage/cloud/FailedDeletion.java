package io.icestream.engine.storage.cloud;

/**
 * An object that was not deleted with the others.
 *
 * @param key its key
 * @param cause why
 */
public record FailedDeletion(String key, FailedCall cause) {}
