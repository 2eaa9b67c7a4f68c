/**
 * Objects in Google Cloud Storage.
 *
 * <p>{@link io.icestream.gcs.GcsStorage} opens the storage, {@link io.icestream.gcs.GcsOptions} says where it is and how
 * to reach it, {@link io.icestream.gcs.GcsSettings} reads both from text.
 *
 * <pre>
 * Storage storage = GcsStorage.open(
 *         GcsOptions.at(GcsLocation.parse("gs://bucket/weather")).build());
 * </pre>
 *
 * <p>Requests are those of the store's JSON interface, made here; tokens come from Google's authentication library. The
 * whole client library of the store would be 91 jars with gRPC among them, of which this needs one call in a hundred, and
 * it repeats conditional writes in its own way.
 *
 * <p>Inside: {@code GcsCalls} makes single requests, {@code GcsUpload} those of an upload in parts, {@code GcsFailures}
 * says what a reply means, {@code GcsTokens} gets tokens.
 */
@NullMarked
package io.icestream.gcs;

import org.jspecify.annotations.NullMarked;
