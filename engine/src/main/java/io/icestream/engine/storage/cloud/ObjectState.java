package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import java.time.Instant;
import java.util.Optional;

/**
 * What a store says of an object.
 *
 * @param sizeBytes length of the content
 * @param version its version
 * @param lastModified its time, in whole seconds
 * @param writeId the id of the write that made it, if it has one
 */
public record ObjectState(long sizeBytes, ObjectVersion version, Instant lastModified, Optional<String> writeId) {}
