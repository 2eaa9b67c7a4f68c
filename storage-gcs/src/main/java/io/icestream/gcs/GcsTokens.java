package io.icestream.gcs;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.Credentials;
import com.google.auth.Retryable;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.cloud.AccessToken;
import io.icestream.engine.storage.cloud.CachedCredentials;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.ProxyServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** Gives the headers that say who asks. Thread-safe. */
interface GcsTokens {
    /**
     * @param uri what is asked
     * @return the headers; may take a request of its own for a new token
     * @throws FailedCall if there is no token
     */
    Map<String, String> headers(URI uri);

    /** Gets rid of the token that is held; false if there is no other. */
    boolean refresh();

    /**
     * @throws StorageException if the credentials cannot be read
     */
    static GcsTokens open(GcsOptions options) {
        GcsCredentials credentials = options.credentials();
        if (credentials instanceof GcsCredentials.Anonymous) {
            return new Fixed(Map.of());
        }
        if (credentials instanceof GcsCredentials.Bearer bearer) {
            return new Fixed(bearer(bearer.token()));
        }
        if (credentials instanceof GcsCredentials.Refreshed refreshed) {
            return new Supplied(new CachedCredentials<>(
                    refreshed.source(),
                    AccessToken::expiresAt,
                    options.requests().clock()));
        }
        return new Google(google(options));
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static GoogleCredentials google(GcsOptions options) {
        HttpTransportFactory transport = () -> transport(options);
        try {
            return credentials(options.credentials(), transport)
                    .createScoped("https://www.googleapis.com/auth/devstorage.read_write");
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot open " + options.location() + ": the credentials (" + options.credentials()
                            + ") cannot be read: " + e.getMessage()
                            + "; set a service account's file, or log in with 'gcloud auth application-default login'",
                    Retry.CANNOT_HELP,
                    e);
        }
    }

    private static GoogleCredentials credentials(GcsCredentials credentials, HttpTransportFactory transport)
            throws IOException {
        if (credentials instanceof GcsCredentials.ServiceAccountFile file) {
            try (InputStream in = Files.newInputStream(file.file())) {
                return ServiceAccountCredentials.fromStream(in, transport);
            }
        }
        if (credentials instanceof GcsCredentials.ServiceAccountKey key) {
            byte[] json = key.json().getBytes(StandardCharsets.UTF_8);
            return ServiceAccountCredentials.fromStream(new ByteArrayInputStream(json), transport);
        }
        return GoogleCredentials.getApplicationDefault(transport);
    }

    private static NetHttpTransport transport(GcsOptions options) {
        NetHttpTransport.Builder builder = new NetHttpTransport.Builder();
        options.requests()
                .proxy()
                .map(ProxyServer::address)
                .ifPresent(address -> builder.setProxy(
                        new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), address.getPort()))));
        return builder.build();
    }

    /** Headers that stay the same. */
    record Fixed(Map<String, String> headers) implements GcsTokens {
        @Override
        public Map<String, String> headers(URI uri) {
            return headers;
        }

        @Override
        public boolean refresh() {
            return false;
        }
    }

    /** Tokens of the user's own. */
    record Supplied(CachedCredentials<AccessToken> tokens) implements GcsTokens {
        @Override
        public Map<String, String> headers(URI uri) {
            return bearer(tokens.current().text());
        }

        @Override
        public boolean refresh() {
            tokens.forget();
            return true;
        }
    }

    /** Tokens of Google's library, which keeps and renews them. */
    record Google(Credentials credentials) implements GcsTokens {
        @Override
        public Map<String, String> headers(URI uri) {
            try {
                Map<String, String> headers = new HashMap<>();
                credentials.getRequestMetadata(uri).forEach((name, values) -> headers.put(name, values.get(0)));
                return headers;
            } catch (IOException e) {
                throw failure(e);
            }
        }

        @Override
        public boolean refresh() {
            try {
                credentials.refresh();
                return true;
            } catch (IOException e) {
                throw failure(e);
            }
        }

        private static FailedCall failure(IOException e) {
            boolean mayPass = !(e instanceof Retryable retryable) || retryable.isRetryable();
            return FailedCall.of(
                    mayPass ? FailedCall.Kind.UNREACHABLE : FailedCall.Kind.FINAL,
                    "no token is to be had: " + e.getMessage() + "; check the credentials and this machine's clock",
                    e);
        }
    }
}
