package io.icestream.engine.virtual;

import java.util.List;

/** The URL prefixes for which whoever opened the repository has given one kind of access. Immutable. */
public final class AuthorisedPrefixes {
    private final List<String> prefixes;

    AuthorisedPrefixes(List<String> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    /**
     * @return the prefixes, each ending in a slash
     */
    public List<String> list() {
        return prefixes;
    }

    /**
     * Tells whether anything may be fetched from a URL. For stores that are led elsewhere, by redirections for instance.
     *
     * @param url an absolute URL
     * @return true if it lies below a prefix, whichever way its {@code ..} are read
     */
    public boolean cover(String url) {
        return prefixes.stream().anyMatch(prefix -> Urls.isBelow(url, prefix));
    }

    @Override
    public String toString() {
        return prefixes.toString();
    }
}
