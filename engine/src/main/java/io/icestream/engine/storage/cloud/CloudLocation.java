package io.icestream.engine.storage.cloud;

/** A place in a store. Its text is the URL that names it, without secrets. */
public interface CloudLocation {
    /**
     * @return what all keys begin with
     */
    KeyPrefix prefix();

    /**
     * @return the store's word for what the prefix lies in, for messages
     */
    default String root() {
        return "bucket";
    }
}
