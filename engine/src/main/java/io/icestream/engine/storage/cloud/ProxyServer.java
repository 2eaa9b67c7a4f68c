package io.icestream.engine.storage.cloud;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An HTTP proxy. To log in at one on the way to an encrypted endpoint, Java has to be started with {@code
 * -Djdk.http.auth.tunneling.disabledSchemes=} (empty).
 *
 * @param address its address, for example {@code http://proxy:3128}
 * @param login user and password, if it wants them
 * @param directHosts hosts that are reached without it; one that begins with a dot or with {@code *.} stands for all
 *     below it, {@code *} for all
 */
public record ProxyServer(URI address, Optional<Login> login, Set<String> directHosts) {
    /** Checks the address. */
    public ProxyServer {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException(
                    "Invalid proxy 'http://" + address.getHost() + "': http://HOST:PORT is needed");
        }
        directHosts = Set.copyOf(directHosts);
    }

    /**
     * Reads {@code http://user:password@host:port}.
     *
     * @param address the address with or without login
     * @param directHosts hosts that are reached without it
     * @return the proxy
     */
    public static ProxyServer of(URI address, Set<String> directHosts) {
        String login = address.getUserInfo();
        if (login == null) {
            return new ProxyServer(address, Optional.empty(), directHosts);
        }
        String[] parts = login.split(":", 2);
        URI plain = URI.create(address.getScheme() + "://" + address.getHost() + ":" + address.getPort());
        return new ProxyServer(plain, Optional.of(new Login(parts[0], parts.length > 1 ? parts[1] : "")), directHosts);
    }

    /** Whether a host is reached through the proxy. */
    boolean serves(String host) {
        return directPatterns().stream().noneMatch(host.toLowerCase(Locale.ROOT)::matches);
    }

    /**
     * @return the hosts that are reached without it, as regular expressions of names in lower case
     */
    public Set<String> directPatterns() {
        return directHosts.stream().map(ProxyServer::pattern).collect(Collectors.toUnmodifiableSet());
    }

    private static String pattern(String direct) {
        String end = (direct.startsWith("*.") ? direct.substring(1) : direct).toLowerCase(Locale.ROOT);
        if (end.equals("*")) {
            return ".*";
        }
        return end.startsWith(".") ? "(.*\\.)?" + Pattern.quote(end.substring(1)) : Pattern.quote(end);
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
