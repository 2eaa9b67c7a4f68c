package io.icestream.gcs;

import io.icestream.engine.storage.cloud.CloudLocation;
import io.icestream.engine.storage.cloud.KeyPrefix;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket and the start of the keys in it.
 *
 * @param bucket name of the bucket
 * @param prefix what all keys begin with
 */
public record GcsLocation(String bucket, KeyPrefix prefix) implements CloudLocation {
    private static final Pattern URL = Pattern.compile("gs://([^/?#]+)(?:/([^?]*))?");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");

    /** Checks the name. */
    public GcsLocation {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("Invalid bucket '" + bucket
                    + "': 3 or more lower-case letters, digits, dots, hyphens and underscores are needed");
        }
    }

    /**
     * Reads {@code gs://bucket/prefix}; slashes at the end are dropped.
     *
     * @param url the text, without options
     * @return the location
     * @throws IllegalArgumentException if it is not of that form
     */
    public static GcsLocation parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Invalid location '" + url + "': gs://BUCKET/PREFIX is needed");
        }
        return new GcsLocation(matcher.group(1), KeyPrefix.parse(matcher.group(2)));
    }

    /**
     * @return {@code gs://bucket/prefix}
     */
    @Override
    public String toString() {
        return "gs://" + bucket + prefix;
    }
}
