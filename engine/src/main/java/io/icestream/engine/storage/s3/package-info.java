/**
 * Objects in Amazon S3 and in stores that speak its protocol.
 *
 * <p>{@link io.icestream.engine.storage.s3.S3Storage} is the storage, {@link io.icestream.engine.storage.s3.S3Options}
 * says where it is and how to reach it, {@link io.icestream.engine.storage.s3.S3Settings} reads both from text.
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
 * <p>Inside: {@code S3Calls} makes single requests; {@code Attempts} repeats those that can be repeated without harm;
 * {@code ConditionalWrite} holds the protocol for those that cannot; {@code Downloads} and {@code Uploads} cut large
 * objects into parts; {@code S3Failure} says what kind an error is, {@code S3Errors} says it to people.
 */
@NullMarked
package io.icestream.engine.storage.s3;

import org.jspecify.annotations.NullMarked;
