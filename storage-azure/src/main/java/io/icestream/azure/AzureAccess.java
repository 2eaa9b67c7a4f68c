package io.icestream.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.ProxyOptions;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import io.icestream.engine.storage.cloud.AccessToken;
import io.icestream.engine.storage.cloud.CachedCredentials;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.HttpCall;
import io.icestream.engine.storage.cloud.ProxyServer;
import io.icestream.engine.storage.cloud.Query;
import io.icestream.engine.storage.cloud.RequestOptions;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/** Puts into requests who asks. Thread-safe. */
interface AzureAccess {
    /** What every address of a blob carries. */
    default Optional<String> signature() {
        return Optional.empty();
    }

    /**
     * Signs a request, which is complete otherwise. May take a request of its own for a new token.
     *
     * @throws FailedCall if there is no token
     */
    void sign(HttpCall call, Query query);

    /** Gets rid of the token that is held; false if there is no other. */
    default boolean refresh() {
        return false;
    }

    static AzureAccess open(AzureOptions options) {
        AzureCredentials credentials = options.credentials();
        InstantSource clock = options.requests().clock();
        if (credentials instanceof AzureCredentials.AccountKey key) {
            return new SharedKey(options.location().account(), key.bytes(), clock);
        }
        if (credentials instanceof AzureCredentials.Sas sas) {
            return new Signature(sas.token());
        }
        if (credentials instanceof AzureCredentials.Anonymous) {
            return (call, query) -> {};
        }
        if (credentials instanceof AzureCredentials.Bearer bearer) {
            return (call, query) -> call.header("Authorization", "Bearer " + bearer.token());
        }
        if (credentials instanceof AzureCredentials.Refreshed refreshed) {
            return new Tokens(new CachedCredentials<>(refreshed.source(), AccessToken::expiresAt, clock));
        }
        TokenCredential found = new DefaultAzureCredentialBuilder()
                .httpClient(httpClient(options.requests()))
                .build();
        return new Tokens(new CachedCredentials<>(() -> token(found), AccessToken::expiresAt, clock));
    }

    private static HttpClient httpClient(RequestOptions options) {
        JdkHttpClientBuilder builder =
                new JdkHttpClientBuilder().connectionTimeout(options.timeouts().connect());
        options.proxy().map(AzureAccess::proxy).ifPresent(builder::proxy);
        return builder.build();
    }

    private static ProxyOptions proxy(ProxyServer server) {
        ProxyOptions proxy = new ProxyOptions(
                ProxyOptions.Type.HTTP,
                new InetSocketAddress(
                        server.address().getHost(), server.address().getPort()));
        server.login().ifPresent(login -> proxy.setCredentials(login.user(), login.password()));
        return proxy;
    }

    private static AccessToken token(TokenCredential credential) {
        TokenRequestContext storage = new TokenRequestContext().addScopes("https://storage.azure.com/.default");
        try {
            com.azure.core.credential.AccessToken token = Objects.requireNonNull(credential.getTokenSync(storage));
            return new AccessToken(token.getToken(), token.getExpiresAt().toInstant());
        } catch (ClientAuthenticationException e) {
            throw FailedCall.of(FailedCall.Kind.FINAL, "no token is to be had: " + e.getMessage(), e);
        } catch (RuntimeException e) { // the library throws what its own HTTP client throws, of any type
            throw FailedCall.of(FailedCall.Kind.UNREACHABLE, "no token is to be had: " + e.getMessage(), e);
        }
    }

    /**
     * A shared access signature.
     *
     * @param token what addresses carry
     */
    record Signature(String token) implements AzureAccess {
        @Override
        public Optional<String> signature() {
            return Optional.of(token);
        }

        @Override
        public void sign(HttpCall call, Query query) {}
    }

    /**
     * Tokens with an end.
     *
     * @param tokens the current one
     */
    record Tokens(CachedCredentials<AccessToken> tokens) implements AzureAccess {
        @Override
        public void sign(HttpCall call, Query query) {
            call.header("Authorization", "Bearer " + tokens.current().text());
        }

        @Override
        public boolean refresh() {
            tokens.forget();
            return true;
        }
    }
}
