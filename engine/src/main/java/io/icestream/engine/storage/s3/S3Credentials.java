package io.icestream.engine.storage.s3;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Who asks. No text form shows a secret. */
public sealed interface S3Credentials {
    /**
     * Keys that stay the same.
     *
     * @param accessKey public part
     * @param secretKey secret part
     * @param sessionToken token of temporary keys
     */
    record Keys(String accessKey, String secretKey, Optional<String> sessionToken) implements S3Credentials {
        /**
         * @param accessKey public part
         * @param secretKey secret part
         */
        public Keys(String accessKey, String secretKey) {
            this(accessKey, secretKey, Optional.empty());
        }

        @Override
        public String toString() {
            return "Keys[" + accessKey + "]";
        }
    }

    /**
     * A profile of the shared AWS configuration and credentials files, which are read again when they change.
     *
     * @param name its name
     */
    record Profile(String name) implements S3Credentials {}

    /**
     * What the AWS tools find by themselves: Java system properties, environment variables, web identity, the default
     * profile, the container's and the machine's role; refreshed by themselves.
     */
    record Environment() implements S3Credentials {}

    /**
     * A role assumed with a token from a file, as in Kubernetes.
     *
     * @param roleArn the role; empty takes {@code AWS_ROLE_ARN}
     * @param tokenFile the file; empty takes {@code AWS_WEB_IDENTITY_TOKEN_FILE}
     */
    record WebIdentity(Optional<String> roleArn, Optional<Path> tokenFile) implements S3Credentials {}

    /** Nobody: requests are not signed. For public buckets. */
    record Anonymous() implements S3Credentials {}

    /**
     * Keys from somewhere else, fetched when they are first needed, again a minute before they expire, and again when
     * the store says that they have expired.
     *
     * @param source gives fresh keys; may block; called by one thread at a time
     */
    record Refreshed(Supplier<TemporaryKeys> source) implements S3Credentials {
        @Override
        public String toString() {
            return "Refreshed[...]";
        }
    }

    /**
     * Keys with an end.
     *
     * @param keys the keys
     * @param expiresAt when they are no longer good
     */
    record TemporaryKeys(Keys keys, Instant expiresAt) {}
}
