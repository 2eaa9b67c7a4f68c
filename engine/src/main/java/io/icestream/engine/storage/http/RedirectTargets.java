package io.icestream.engine.storage.http;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Settings;
import io.icestream.engine.storage.s3.S3Storage;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The stores that a redirection may lead to, by scheme. Whoever runs the server chooses the URL, so it decides on places only:
 * what is opened is read without credentials, and no option that touches this machine is taken.
 */
final class RedirectTargets {
    private static final Set<String> OPTIONS = Set.of("region", "endpoint", "path-style", "allow-http", "account_id");

    private RedirectTargets() {}

    static Map<String, Function<String, Storage>> openers(HttpOptions options) {
        HttpOptions bare =
                new HttpOptions(Collections.emptySortedMap(), options.limits(), options.random(), options.sleeper());
        Map<String, Function<String, Storage>> openers = new TreeMap<>();
        openers.put("s3", url -> s3(url, "aws"));
        openers.put("r2", url -> s3(url, "r2"));
        openers.put("tigris", url -> s3(url, "tigris"));
        for (String tag : new String[] {"+icechunk", "+ic"}) {
            openers.put("http" + tag, url -> http(url, bare));
            openers.put("https" + tag, url -> http(url, bare));
        }
        return openers;
    }

    private static Storage http(String url, HttpOptions options) {
        return HttpStorage.open(url.replaceFirst("\\+[^:]*", ""), options);
    }

    private static Storage s3(String url, String provider) {
        Map<String, String> settings = new TreeMap<>();
        S3Settings.query(url).forEach((name, value) -> {
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("a redirection may not set the option '" + name + "'");
            }
            settings.put(name.equals("account_id") ? "account" : name, value);
        });
        if (provider.equals("aws") && !settings.containsKey("region")) {
            throw new IllegalArgumentException("the option 'region' is missing in the redirection");
        }
        settings.put("provider", provider);
        String location = "s3" + url.substring(url.indexOf(':')).replaceFirst("\\?.*", "");
        return S3Storage.open(S3Settings.parse(location, settings, Map.of())
                .credentials(new S3Credentials.Anonymous())
                .build());
    }
}
