package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;

/**
 * What one request for content has brought.
 *
 * @param bytes on the heap, as many as were asked for; of a whole object that is large, only the beginning is filled in
 * @param filled how many bytes have been filled in
 * @param object what the reply says of the object
 */
public record Download(ByteBuffer bytes, int filled, ObjectState object) {}
