/**
 * Objects in Azure Blob storage.
 *
 * <p>{@link io.icestream.azure.AzureStorage} opens the storage, {@link io.icestream.azure.AzureOptions} says where it is
 * and how to reach it, {@link io.icestream.azure.AzureSettings} reads both from text.
 *
 * <pre>
 * Storage storage = AzureStorage.open(
 *         AzureOptions.at(AzureLocation.parse("az://account/container/weather")).build());
 * </pre>
 *
 * <p>Requests are those of the store's REST interface, made and signed here; tokens come from Azure's library for
 * identities. The whole client library of the store would be 42 jars with Netty among them.
 *
 * <p>Inside: {@code AzureCalls} makes single requests, {@code AzureUpload} those of an upload in parts, {@code
 * AzureFailures} says what a reply means, {@code AzureAccess} says who asks.
 */
@NullMarked
package io.icestream.azure;

import org.jspecify.annotations.NullMarked;
