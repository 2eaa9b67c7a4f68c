/**
 * What the object stores have in common that are reached by requests: everything but the requests.
 *
 * <p>{@link io.icestream.engine.storage.cloud.CloudStorage} is the storage. It is told how to make single requests by a
 * {@link io.icestream.engine.storage.cloud.CloudProtocol}, of which there is one for each kind of store, and where and how
 * to ask by {@link io.icestream.engine.storage.cloud.CloudOptions}, of which each kind of store has its own. Users start at
 * {@link io.icestream.engine.storage.s3.S3Storage}, or at the modules of Google Cloud Storage and Azure Blob.
 *
 * <p>Inside: {@code Attempts} repeats requests that can be repeated without harm; {@code ConditionalWrite} holds the
 * protocol for those that cannot; {@code Downloads} and {@code Uploads} cut large objects into parts; {@link
 * io.icestream.engine.storage.cloud.FailedCall} says what kind an error is, {@code CloudErrors} says it to people. For
 * stores without a client library {@link io.icestream.engine.storage.cloud.HttpCalls} sends a request and hands on the
 * reply, once, within its time.
 */
@NullMarked
package io.icestream.engine.storage.cloud;

import org.jspecify.annotations.NullMarked;
