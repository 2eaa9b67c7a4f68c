package io.icestream.engine.storage.cloud;

import java.time.Instant;

/**
 * A bearer token with an end.
 *
 * @param text the token
 * @param expiresAt when it is no longer good
 */
public record AccessToken(String text, Instant expiresAt) {
    @Override
    public String toString() {
        return "AccessToken[until " + expiresAt + "]";
    }
}
