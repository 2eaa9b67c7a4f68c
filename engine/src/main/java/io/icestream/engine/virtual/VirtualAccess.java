package io.icestream.engine.virtual;

import io.icestream.engine.format.VirtualChunkContainer;

/**
 * The permission to fetch virtual chunks from below a URL prefix, and as whom. Given by whoever opens a repository; the
 * repository itself holds none. Immutable.
 *
 * <p>Built in are {@link LocalFileAccess}, {@link HttpAccess} and {@link S3Access}. A module that brings another kind of store
 * implements this, and a {@link VirtualAccessProvider}.
 */
public interface VirtualAccess {
    /**
     * Opens what reads the objects of a container. Cost: no request. Called once per container and prefix.
     *
     * <p>The container comes from the repository, so it is not to be trusted: settings that would send credentials, or
     * requests, to where the opener did not mean to are to be refused.
     *
     * @param container where the objects are and how they are reached
     * @param authorised the prefixes for which the opener gave this kind of access
     * @return the store; closed with the repository
     * @throws IllegalArgumentException if this is not the access for such a container; the message says why, to be
     *     continued after a colon
     */
    VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised);
}
