package io.icestream.engine.storage.s3;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP proxy. To log in at one on the way to an encrypted endpoint, Java has to be started with {@code
 * -Djdk.http.auth.tunneling.disabledSchemes=} (empty).
 *
 * @param address its address, for example {@code http://proxy:3128}
 * @param login user and password, if it wants them
 * @param directHosts hosts that are reached without it; {@code *} stands for any text
 */
public record S3Proxy(URI address, Optional<Login> login, Set<String> directHosts) {
    /** Checks the address. */
    public S3Proxy {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException("Invalid proxy '" + address + "': http://HOST:PORT is needed");
        }
        directHosts = Set.copyOf(directHosts);
    }

    /**
     * A proxy without login, for all hosts.
     *
     * @param address its address
     * @return the proxy
     */
    public static S3Proxy at(URI address) {
        return new S3Proxy(address, Optional.empty(), Set.of());
    }

    /**
     * Who is let through.
     *
     * @param user name
     * @param password password
     */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }
}
