package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectVersion;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * What one GET has brought.
 *
 * @param bytes on the heap, as many as were asked for; of a whole object that is large, only the beginning has been filled in
 * @param filled how many bytes have been filled in
 * @param sizeBytes length of the object
 * @param version the version of it
 * @param lastModified its time
 */
record Download(ByteBuffer bytes, int filled, long sizeBytes, ObjectVersion version, Instant lastModified) {}
