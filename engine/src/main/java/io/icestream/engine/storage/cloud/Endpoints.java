package io.icestream.engine.storage.cloud;

import java.net.URI;

/** What is asked of the address of a server. */
public final class Endpoints {
    private Endpoints() {}

    /**
     * Checks the address of a server.
     *
     * @param address the address
     * @param allowHttp whether it may be unencrypted
     * @param example what one looks like, for the message
     * @return the address
     * @throws IllegalArgumentException if it is no address, or is unencrypted and that was not allowed
     */
    public static URI require(URI address, boolean allowHttp, String example) {
        boolean http = "http".equalsIgnoreCase(address.getScheme());
        if (address.getHost() == null || !(http || "https".equalsIgnoreCase(address.getScheme()))) {
            throw new IllegalArgumentException(
                    "Invalid endpoint '" + address + "': an address such as " + example + " is needed");
        }
        if (http && !allowHttp) {
            throw new IllegalArgumentException("Invalid endpoint '" + address
                    + "': it is not encrypted; use https, or allow http if the network is trusted");
        }
        return address;
    }

    /**
     * Encodes a text for a path or a query: all but letters, digits, {@code -._~}.
     *
     * @param text the text
     * @return its UTF-8 bytes, those others as {@code %XX}
     */
    public static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /**
     * Encodes a key for a path, in which its slashes stay.
     *
     * @param key the key
     * @return the path
     */
    public static String encodedPath(String key) {
        return encoded(key).replace("%2F", "/");
    }
}
