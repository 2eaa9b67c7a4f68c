/**
 * Objects in Amazon S3 and in stores that speak its protocol.
 *
 * <p>{@link io.icestream.engine.storage.s3.S3Storage} opens the storage, {@link
 * io.icestream.engine.storage.s3.S3Options} says where it is and how to reach it, {@link
 * io.icestream.engine.storage.s3.S3Settings} reads both from text.
 *
 * <pre>
 * Storage storage = S3Storage.open(S3Options.at(S3Location.parse("s3://bucket/weather"))
 *         .region("eu-central-1")
 *         .build());
 * </pre>
 *
 * <p>What is asked of a store: strong consistency of single objects, ETags, {@code If-None-Match: *} and {@code If-Match}
 * on PUT and on completing a multipart upload, {@code x-amz-copy-source-if-match} on COPY, and user metadata, by which a
 * write whose reply was lost is recognised. A store that ignores the conditions loses commits of concurrent writers.
 *
 * <p>Inside: {@code S3Calls} makes single requests by the AWS SDK, which repeats none of them, {@code S3Upload} those of an
 * upload in parts, {@code S3Failures} says what exceptions of the SDK mean. The rest is {@link
 * io.icestream.engine.storage.cloud}.
 */
@NullMarked
package io.icestream.engine.storage.s3;

import org.jspecify.annotations.NullMarked;
