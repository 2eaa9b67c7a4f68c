package io.icestream.engine.virtual;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;

/**
 * Lets virtual chunks be read from files of this machine, below {@code file:} prefixes. Files are read with the rights of
 * this process. A symbolic link is followed only if what it leads to lies below a prefix of this kind too.
 */
public record LocalFileAccess() implements VirtualAccess {
    @Override
    public VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised) {
        if (!(container.store() instanceof ContainerStore.LocalFiles)) {
            throw new IllegalArgumentException("it is for local files, the container's store is of kind '"
                    + container.store().kind() + "'");
        }
        return new LocalFileStore(authorised);
    }
}
