package io.icestream.ingest.config;

/**
 * Something that is wrong with a configuration.
 *
 * @param key the key, such as {@code dataset.time.step}, or the variable or file if it is no key
 * @param message what is wrong and the way out; never quotes a secret
 */
public record Problem(String key, String message) {

    @Override
    public String toString() {
        return key + ": " + message;
    }
}
