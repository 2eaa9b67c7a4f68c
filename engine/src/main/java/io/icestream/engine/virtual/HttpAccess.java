package io.icestream.engine.virtual;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.http.HttpOptions;
import io.icestream.engine.storage.http.HttpReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Lets virtual chunks be read from web servers, below {@code http:} and {@code https:} prefixes. The query of a location is sent
 * as it stands. The headers of the container are sent too; those of the opener go before them.
 *
 * @param options how servers are asked, headers such as an authorisation included
 */
public record HttpAccess(HttpOptions options) implements VirtualAccess {
    /**
     * Access without headers of one's own.
     *
     * @return the access
     */
    public static HttpAccess plain() {
        return new HttpAccess(HttpOptions.defaults());
    }

    @Override
    public VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised) {
        if (!(container.store() instanceof ContainerStore.Http http)) {
            throw new IllegalArgumentException("it is for web servers, the container's store is of kind '"
                    + container.store().kind() + "'");
        }
        HttpOptions both = options.withHeaders(http.headers()).withHeaders(options.headers());
        return new Store(HttpReader.open(both, (from, to) -> authorised.cover(to.toString())));
    }

    private record Store(HttpReader reader) implements VirtualStore {
        @Override
        public Optional<ByteBuffer> fetch(VirtualLocation location, ByteRange range, ReadCondition condition) {
            String url = location.url();
            int fragment = url.indexOf('#');
            return reader.fetchRange(
                    URI.create(PercentCoding.escape(fragment < 0 ? url : url.substring(0, fragment))),
                    range,
                    condition);
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
