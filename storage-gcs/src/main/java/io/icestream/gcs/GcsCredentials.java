package io.icestream.gcs;

import io.icestream.engine.storage.cloud.AccessToken;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Who asks. No text form shows a secret. */
public sealed interface GcsCredentials {
    /**
     * What Google's tools find by themselves (application default credentials): the file that {@code
     * GOOGLE_APPLICATION_CREDENTIALS} names, which may hold a service account, workload identity or impersonation; the
     * login of {@code gcloud}; the service account of the machine or pod. Refreshed by itself.
     */
    record ApplicationDefault() implements GcsCredentials {}

    /**
     * A service account by its key.
     *
     * @param file the JSON file of the key
     */
    record ServiceAccountFile(Path file) implements GcsCredentials {}

    /**
     * A service account by its key.
     *
     * @param json the content of the key's JSON file
     */
    record ServiceAccountKey(String json) implements GcsCredentials {
        @Override
        public String toString() {
            return "ServiceAccountKey[...]";
        }
    }

    /**
     * A token that stays the same.
     *
     * @param token the token, of OAuth 2.0
     */
    record Bearer(String token) implements GcsCredentials {
        @Override
        public String toString() {
            return "Bearer[...]";
        }
    }

    /**
     * Tokens from somewhere else, fetched when the first is needed, again a minute before one expires, and again when the
     * store says that it has expired.
     *
     * @param source gives fresh tokens; may block; called by one thread at a time
     */
    record Refreshed(Supplier<AccessToken> source) implements GcsCredentials {
        @Override
        public String toString() {
            return "Refreshed[...]";
        }
    }

    /** Nobody: requests carry no token. For public buckets. */
    record Anonymous() implements GcsCredentials {}
}
