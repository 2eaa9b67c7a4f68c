package io.icestream.engine.virtual;

import io.icestream.engine.format.VirtualChunkContainer;

/**
 * An object outside the repository.
 *
 * @param stored the location as the reference has it
 * @param url the absolute URL: the same, or for a relative location its path below the container's prefix
 * @param container the container that covers it
 */
public record VirtualLocation(String stored, String url, VirtualChunkContainer container) {
    /**
     * Gives where a container is.
     *
     * @param container the container
     * @return its prefix, as if it were an object
     */
    public static VirtualLocation ofPrefix(VirtualChunkContainer container) {
        return new VirtualLocation(container.urlPrefix(), container.urlPrefix(), container);
    }

    /**
     * @return the bucket, or the host with its port, decoded
     */
    public String authority() {
        return PercentCoding.decode(Urls.authority(url));
    }

    /**
     * @return the key in the bucket: the path, percent-decoded, without the slash in front, query and fragment; {@code //} and
     *     {@code ..} as they are
     */
    public String key() {
        return PercentCoding.decode(Urls.path(url)).substring(1);
    }

    /** Location and container, for messages. */
    @Override
    public String toString() {
        return "'" + stored + "'" + (stored.equals(url) ? "" : ", which is '" + url + "',") + " (container " + container
                + ")";
    }
}
