package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.cloud.ProxyServer;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the client of the SDK. It repeats nothing by itself: what may be repeated is decided elsewhere. */
final class S3Clients {
    private static final String REGION_WITH_ENDPOINT = "us-east-1";

    private S3Clients() {}

    static S3Client create(S3Options options, SdkHttpClient http, AwsCredentialsProvider credentials) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .forcePathStyle(options.isPathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(configuration(options));
        options.endpoint().ifPresent(builder::endpointOverride);
        Optional<String> region = options.region().or(() -> options.endpoint().map(endpoint -> REGION_WITH_ENDPOINT));
        region.map(Region::of).ifPresent(builder::region);
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new StorageException(
                    "Cannot open " + options.location() + ": " + e.getMessage()
                            + "; set the region of the bucket, or AWS_REGION",
                    Retry.CANNOT_HELP,
                    e);
        }
    }

    private static ClientOverrideConfiguration configuration(S3Options options) {
        ClientOverrideConfiguration.Builder builder =
                ClientOverrideConfiguration.builder().retryStrategy(AwsRetryStrategy.doNotRetry());
        options.headers().forEach(builder::putHeader);
        builder.putAdvancedOption(
                SdkAdvancedClientOption.USER_AGENT_PREFIX,
                options.requests().attribution().userAgent());
        return builder.build();
    }

    static Interruptible httpClient(S3Options options) {
        UrlConnectionHttpClient.Builder builder = UrlConnectionHttpClient.builder()
                .connectionTimeout(options.requests().timeouts().connect())
                .socketTimeout(options.requests().timeouts().read());
        options.requests().proxy().map(S3Clients::proxy).ifPresent(builder::proxyConfiguration);
        return new Interruptible(new SentOnce(builder.build()));
    }

    private static ProxyConfiguration proxy(ProxyServer proxy) {
        URI address = proxy.address();
        ProxyConfiguration.Builder builder =
                ProxyConfiguration.builder().endpoint(address).nonProxyHosts(proxy.directPatterns());
        proxy.login().ifPresent(login -> builder.username(login.user()).password(login.password()));
        return builder.build();
    }

    static AwsCredentialsProvider provider(S3Options options) {
        S3Credentials credentials = options.credentials();
        if (credentials instanceof S3Credentials.Keys keys) {
            return StaticCredentialsProvider.create(credentials(keys));
        }
        if (credentials instanceof S3Credentials.Profile profile) {
            return ProfileCredentialsProvider.create(profile.name());
        }
        if (credentials instanceof S3Credentials.WebIdentity identity) {
            return webIdentity(identity);
        }
        if (credentials instanceof S3Credentials.Anonymous) {
            return AnonymousCredentialsProvider.create();
        }
        if (credentials instanceof S3Credentials.Refreshed refreshed) {
            return new RefreshedCredentials(refreshed, options.requests().clock());
        }
        return DefaultCredentialsProvider.builder().build();
    }

    private static AwsCredentialsProvider webIdentity(S3Credentials.WebIdentity identity) {
        WebIdentityTokenFileCredentialsProvider.Builder builder = WebIdentityTokenFileCredentialsProvider.builder();
        identity.roleArn().ifPresent(builder::roleArn);
        identity.tokenFile().ifPresent(builder::webIdentityTokenFile);
        return builder.build();
    }

    static AwsCredentials credentials(S3Credentials.Keys keys) {
        return keys.sessionToken()
                .<AwsCredentials>map(token -> AwsSessionCredentials.create(keys.accessKey(), keys.secretKey(), token))
                .orElseGet(() -> AwsBasicCredentials.create(keys.accessKey(), keys.secretKey()));
    }
}
