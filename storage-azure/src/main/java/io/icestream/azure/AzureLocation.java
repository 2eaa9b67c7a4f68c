package io.icestream.azure;

import io.icestream.engine.storage.cloud.CloudLocation;
import io.icestream.engine.storage.cloud.KeyPrefix;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container of a storage account, and the start of the keys in it.
 *
 * @param account name of the storage account
 * @param container name of the container
 * @param prefix what all keys begin with
 */
public record AzureLocation(String account, String container, KeyPrefix prefix) implements CloudLocation {
    private static final Pattern URL = Pattern.compile("az://([^/?#]+)/([^/?#]+)(?:/([^?]*))?");
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]{3,24}");
    private static final Pattern CONTAINER = Pattern.compile("\\$root|\\$web|[a-z0-9](?:-?[a-z0-9]){2,62}");

    /** Checks the names. */
    public AzureLocation {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException(
                    "Invalid storage account '" + account + "': 3 to 24 lower-case letters and digits are needed");
        }
        if (!CONTAINER.matcher(container).matches() || container.length() > 63) {
            throw new IllegalArgumentException("Invalid container '" + container
                    + "': 3 to 63 lower-case letters, digits and single hyphens are needed");
        }
    }

    /**
     * Reads {@code az://account/container/prefix}; slashes at the end are dropped.
     *
     * @param url the text, without options
     * @return the location
     * @throws IllegalArgumentException if it is not of that form
     */
    public static AzureLocation parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Invalid location '" + url + "': az://ACCOUNT/CONTAINER/PREFIX is needed");
        }
        return new AzureLocation(matcher.group(1), matcher.group(2), KeyPrefix.parse(matcher.group(3)));
    }

    @Override
    public String root() {
        return "container";
    }

    /**
     * @return {@code az://account/container/prefix}
     */
    @Override
    public String toString() {
        return "az://" + account + "/" + container + prefix;
    }
}
