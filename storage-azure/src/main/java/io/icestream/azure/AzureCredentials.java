package io.icestream.azure;

import io.icestream.engine.storage.cloud.AccessToken;
import java.util.Base64;
import java.util.function.Supplier;

/** Who asks. No text form shows a secret. */
public sealed interface AzureCredentials {
    /**
     * What Azure's tools find by themselves: a service principal in the environment, workload identity, the managed
     * identity of the machine or pod, the login of {@code az}. Refreshed by itself.
     */
    record Environment() implements AzureCredentials {}

    /**
     * A key of the storage account, by which requests are signed.
     *
     * @param key the key, in base64
     */
    record AccountKey(String key) implements AzureCredentials {
        /** Checks that it can be decoded. */
        public AccountKey {
            try {
                if (Base64.getDecoder().decode(key).length == 0) {
                    throw new IllegalArgumentException("Invalid account key: it is empty");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Invalid account key: base64 is needed");
            }
        }

        byte[] bytes() {
            return Base64.getDecoder().decode(key);
        }

        @Override
        public String toString() {
            return "AccountKey[...]";
        }
    }

    /**
     * A shared access signature, which allows certain things for a certain time.
     *
     * @param token the query of an address, with or without question mark
     */
    record Sas(String token) implements AzureCredentials {
        /** Drops the question mark. */
        public Sas {
            token = token.startsWith("?") ? token.substring(1) : token;
            if (!token.contains("sig=")) {
                throw new IllegalArgumentException("Invalid shared access signature: it holds no 'sig'");
            }
        }

        @Override
        public String toString() {
            return "Sas[...]";
        }
    }

    /**
     * A token that stays the same.
     *
     * @param token the token, of Microsoft Entra
     */
    record Bearer(String token) implements AzureCredentials {
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
    record Refreshed(Supplier<AccessToken> source) implements AzureCredentials {
        @Override
        public String toString() {
            return "Refreshed[...]";
        }
    }

    /** Nobody: requests are not signed. For public containers. */
    record Anonymous() implements AzureCredentials {}
}
