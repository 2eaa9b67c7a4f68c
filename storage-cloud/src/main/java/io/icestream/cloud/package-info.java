/**
 * What the object stores have in common that are reached by plain HTTP requests: everything but the requests.
 *
 * <p>{@link io.icestream.cloud.CloudStorage} is the storage. It is told how to make single requests by a {@link
 * io.icestream.cloud.CloudProtocol}, of which there is one in the module of each store, and how to behave by {@link
 * io.icestream.cloud.RequestOptions}. Users start at those modules.
 *
 * <p>Inside: {@code Attempts} repeats requests that can be repeated without harm; {@code ConditionalWrite} holds the
 * protocol for those that cannot; {@code Downloads} and {@code Uploads} cut large objects into parts; {@link
 * io.icestream.cloud.FailedCall} says what kind an error is, {@code CloudErrors} says it to people; {@link
 * io.icestream.cloud.HttpCalls} sends a request and hands on the reply, once, within its time.
 */
@NullMarked
package io.icestream.cloud;

import org.jspecify.annotations.NullMarked;
