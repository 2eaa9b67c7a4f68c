package io.icestream.engine.format;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the objects of a {@link VirtualChunkContainer} are reached, as the repository's configuration says: never who asks,
 * which is the business of whoever opens the repository. Immutable.
 *
 * <p>Source: reference implementation 2.3, configuration, {@code ObjectStoreConfig}.
 */
public sealed interface ContainerStore {
    /** What the configuration calls this kind of store. */
    String kind();

    /** Nowhere but in the process of whoever wrote it; nothing can be fetched. */
    record InMemory() implements ContainerStore {
        @Override
        public String kind() {
            return "in_memory";
        }
    }

    /**
     * Files of the machine that reads.
     *
     * @param path a folder; for information
     */
    record LocalFiles(String path) implements ContainerStore {
        @Override
        public String kind() {
            return "local_file_system";
        }
    }

    /**
     * A web server.
     *
     * @param options settings of the reference's client; kept, not used here
     * @param headers sent with each request
     */
    record Http(SortedMap<String, String> options, SortedMap<String, String> headers) implements ContainerStore {
        /** Copies the maps. */
        public Http {
            options = copy(options);
            headers = copy(headers);
        }

        /** One without options and headers. */
        public static Http plain() {
            return new Http(Collections.emptySortedMap(), Collections.emptySortedMap());
        }

        @Override
        public String kind() {
            return "http";
        }
    }

    /**
     * A bucket.
     *
     * @param dialect which store
     * @param region its region
     * @param endpointUrl address of the server; the one of the dialect if empty
     * @param anonymous whether requests are not signed, unless who opens the repository gives keys
     * @param allowHttp whether the endpoint may be unencrypted
     * @param forcePathStyle whether the bucket is a part of the path instead of the host's name
     * @param networkStreamTimeoutSeconds after how long a stalled reply is given up; 0 is never
     * @param requesterPays whether who reads agrees to pay
     * @param checksumAlgorithm of writes; kept, not used here
     */
    record S3(
            Dialect dialect,
            Optional<String> region,
            Optional<String> endpointUrl,
            boolean anonymous,
            boolean allowHttp,
            boolean forcePathStyle,
            Optional<Long> networkStreamTimeoutSeconds,
            boolean requesterPays,
            Optional<String> checksumAlgorithm)
            implements ContainerStore {

        /** Which store that speaks S3. */
        public enum Dialect {
            /** Amazon S3. */
            S3("s3"),
            /** Any other; the reference makes no difference between this and {@link #S3}. */
            S3_COMPATIBLE("s3_compatible"),
            /** Tigris, with an endpoint of its own. */
            TIGRIS("tigris");

            private final String stored;

            Dialect(String stored) {
                this.stored = stored;
            }
        }

        /** Amazon S3 in a region, signed. */
        public static S3 in(String region) {
            return new S3(
                    Dialect.S3,
                    Optional.of(region),
                    Optional.empty(),
                    false,
                    false,
                    false,
                    Optional.empty(),
                    false,
                    Optional.empty());
        }

        /** A server of one's own, such as MinIO, with the bucket in the path; over HTTP if the address says so. */
        public static S3 at(String endpointUrl, String region) {
            return new S3(
                    Dialect.S3_COMPATIBLE,
                    Optional.of(region),
                    Optional.of(endpointUrl),
                    false,
                    endpointUrl.startsWith("http:"),
                    true,
                    Optional.empty(),
                    false,
                    Optional.empty());
        }

        /** The same, read without signature. */
        public S3 asAnonymous() {
            return new S3(
                    dialect,
                    region,
                    endpointUrl,
                    true,
                    allowHttp,
                    forcePathStyle,
                    networkStreamTimeoutSeconds,
                    requesterPays,
                    checksumAlgorithm);
        }

        @Override
        public String kind() {
            return dialect.stored;
        }
    }

    /**
     * Google Cloud Storage.
     *
     * @param options settings of the reference's client
     */
    record Gcs(SortedMap<String, String> options) implements ContainerStore {
        /** Copies the map. */
        public Gcs {
            options = copy(options);
        }

        @Override
        public String kind() {
            return "gcs";
        }
    }

    /**
     * Azure Blob Storage.
     *
     * @param options settings of the reference's client, among them {@code account}
     */
    record Azure(SortedMap<String, String> options) implements ContainerStore {
        /** Copies the map. */
        public Azure {
            options = copy(options);
        }

        @Override
        public String kind() {
            return "azure";
        }
    }

    /**
     * A kind that this engine does not know; nothing can be fetched.
     *
     * @param kind what the configuration calls it
     */
    record Unknown(String kind) implements ContainerStore {}

    private static SortedMap<String, String> copy(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
