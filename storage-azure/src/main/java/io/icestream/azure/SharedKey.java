package io.icestream.azure;

import io.icestream.engine.storage.cloud.HttpCall;
import io.icestream.engine.storage.cloud.Query;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests with a key of the account. Source: Authorize with Shared Key, Azure Storage REST API. */
final class SharedKey implements AzureAccess {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String[] SIGNED_HEADERS = {
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-MD5",
        "Content-Type",
        "Date",
        "If-Modified-Since",
        "If-Match",
        "If-None-Match",
        "If-Unmodified-Since",
        "Range"
    };

    private final String account;
    private final SecretKeySpec key;
    private final InstantSource clock;

    SharedKey(String account, byte[] key, InstantSource clock) {
        this.account = account;
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.clock = clock;
    }

    @Override
    public void sign(HttpCall call, Query query) {
        call.header("x-ms-date", HTTP_DATE.format(clock.instant()));
        call.header("Authorization", "SharedKey " + account + ":" + hash(text(call, query)));
    }

    private String text(HttpCall call, Query query) {
        Map<String, String> headers = call.headers();
        StringBuilder text = new StringBuilder(call.method()).append('\n');
        for (String name : SIGNED_HEADERS) {
            boolean isLength = name.equals("Content-Length");
            String value = isLength ? Long.toString(call.payloadBytes()) : headers.getOrDefault(name, "");
            text.append(isLength && value.equals("0") ? "" : value).append('\n');
        }
        Map<String, String> own = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-ms-")) {
                own.put(lower, value.strip());
            }
        });
        own.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        text.append('/').append(account).append(call.uri().getRawPath());
        query.parameters()
                .forEach((name, value) -> text.append('\n')
                        .append(name.toLowerCase(Locale.ROOT))
                        .append(':')
                        .append(value));
        return text.toString();
    }

    private String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }
}
