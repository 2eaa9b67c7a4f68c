package io.icestream.engine.virtual;

import java.util.List;
import java.util.Map;

/**
 * Lets users authorise virtual chunks of a kind of store by text. Found by {@link java.util.ServiceLoader}, so that a store's
 * module brings it along.
 */
public interface VirtualAccessProvider {
    /**
     * @return the schemes of the URL prefixes, in lower case
     */
    List<String> schemes();

    /**
     * @return what such a prefix looks like, for messages
     */
    String form();

    /**
     * Gives the access that a text asks for.
     *
     * @param prefix the URL prefix; options stand in its query
     * @param environment environment variables
     * @return the access
     * @throws IllegalArgumentException if the text cannot be understood; the message says why, never a secret
     */
    VirtualAccess access(String prefix, Map<String, String> environment);
}
