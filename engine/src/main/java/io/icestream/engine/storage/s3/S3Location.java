package io.icestream.engine.storage.s3;

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
public record S3Location(String bucket, KeyPrefix prefix) implements CloudLocation {
    private static final Pattern URL = Pattern.compile("s3://([^/?#]+)(?:/([^?]*))?");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");

    /** Checks the name. */
    public S3Location {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "Invalid bucket '" + bucket + "': 3 or more letters, digits, dots and hyphens are needed");
        }
    }

    /**
     * Reads {@code s3://bucket/prefix}; slashes at the end are dropped.
     *
     * @param url the text, without options
     * @return the location
     * @throws IllegalArgumentException if it is not of that form
     */
    public static S3Location parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Invalid location '" + url + "': s3://BUCKET/PREFIX is needed");
        }
        return new S3Location(matcher.group(1), KeyPrefix.parse(matcher.group(2)));
    }

    /**
     * @return {@code s3://bucket/prefix}
     */
    @Override
    public String toString() {
        return "s3://" + bucket + prefix;
    }
}
