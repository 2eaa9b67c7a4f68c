package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.cloud.BatchDeletion;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudProtocol;
import io.icestream.engine.storage.cloud.Counters;
import io.icestream.engine.storage.cloud.Download;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.FailedDeletion;
import io.icestream.engine.storage.cloud.LargeUpload;
import io.icestream.engine.storage.cloud.ListedPage;
import io.icestream.engine.storage.cloud.ObjectState;
import io.icestream.engine.storage.cloud.PartRange;
import io.icestream.engine.storage.cloud.WholeObject;
import io.icestream.engine.storage.cloud.Write;
import io.icestream.engine.storage.cloud.WriteCondition;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Single requests by the SDK, each with what the options say about every request. */
final class S3Calls implements CloudProtocol {
    private static final int DELETIONS_PER_REQUEST = 1_000;

    private final S3Client client;
    private final Interruptible http;
    private final AwsCredentialsProvider credentials;
    private final S3Options options;
    private final Counters counters;
    private final S3Failures failures;
    private final String bucket;
    private final @Nullable RequestPayer payer;
    private final @Nullable ChecksumAlgorithm checksum;
    private final @Nullable ServerSideEncryption encryption;
    private final @Nullable String encryptionKey;
    private final @Nullable String encryptionContext;

    private S3Calls(
            S3Client client,
            Interruptible http,
            AwsCredentialsProvider credentials,
            S3Options options,
            Counters counters) {
        this.client = client;
        this.http = http;
        this.credentials = credentials;
        this.options = options;
        this.counters = counters;
        this.failures = new S3Failures(options);
        this.bucket = options.location().bucket();
        this.payer = options.isRequesterPays() ? RequestPayer.REQUESTER : null;
        this.checksum = algorithm(options.checksum());
        this.encryption = options.encryption().isPresent() ? ServerSideEncryption.AWS_KMS : null;
        this.encryptionKey = options.encryption().flatMap(S3Encryption::keyId).orElse(null);
        this.encryptionContext =
                options.encryption().flatMap(S3Encryption::context).orElse(null);
    }

    static S3Calls open(S3Options options, Counters counters) {
        AwsCredentialsProvider credentials = S3Clients.provider(options);
        Interruptible http = S3Clients.httpClient(options);
        return new S3Calls(S3Clients.create(options, http, credentials), http, credentials, options, counters);
    }

    private static @Nullable ChecksumAlgorithm algorithm(S3Checksum checksum) {
        return switch (checksum) {
            case CRC32 -> ChecksumAlgorithm.CRC32;
            case CRC32C -> ChecksumAlgorithm.CRC32_C;
            case SHA1 -> ChecksumAlgorithm.SHA1;
            case SHA256 -> ChecksumAlgorithm.SHA256;
            case NONE -> null;
        };
    }

    @Override
    public Optional<String> reason(FailedCall failure) {
        return failures.reason(failure);
    }

    @Override
    public boolean checksConditions() {
        return options.hasConditionalWrites();
    }

    /** What the SDK finds by itself it also renews by itself. */
    @Override
    public boolean refreshCredentials() {
        if (credentials instanceof RefreshedCredentials refreshed) {
            refreshed.forget();
        }
        return !(options.credentials() instanceof S3Credentials.Keys)
                && !(options.credentials() instanceof S3Credentials.Anonymous);
    }

    /** What the SDK finds, it keeps until it thinks that it has expired, or until the machine can give something new. */
    @Override
    public boolean mayRenewLater(FailedCall failure) {
        boolean found = options.credentials() instanceof S3Credentials.Environment
                || options.credentials() instanceof S3Credentials.Profile
                || options.credentials() instanceof S3Credentials.WebIdentity;
        return found && failures.region(failure).isEmpty();
    }

    private <T> T send(CloudOperation operation, AwsRequest.Builder request, Duration limit, Supplier<T> call) {
        request.overrideConfiguration(configuration -> configuration.apiCallTimeout(limit));
        counters.request(operation);
        try {
            return call.get();
        } catch (SdkException e) {
            throw failures.of(e, limit);
        } finally {
            http.done();
        }
    }

    private String objectKey(String key) {
        return options.location().prefix().objectKey(key);
    }

    private @Nullable String storageClass(String key) {
        return options.storageClasses().of(key).orElse(null);
    }

    @Override
    public Download get(String key, Optional<ObjectVersion> known, int partBytes, Duration limit) {
        GetObjectRequest.Builder request = get(key).ifNoneMatch(
                        known.map(ObjectVersion::token).orElse(null))
                .checksumMode(checksum == null ? null : ChecksumMode.ENABLED);
        return send(
                CloudOperation.GET,
                request,
                limit,
                () -> client.getObject(request.build(), (response, in) -> {
                    WholeObject object = new WholeObject(partBytes);
                    fill(in, object.placeFor(length(response)));
                    if (object.isComplete()) {
                        requireEnd(in);
                    } else {
                        in.abort();
                    }
                    return object.download(state(response, object.bytes().length));
                }));
    }

    private GetObjectRequest.Builder get(String key) {
        return GetObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
    }

    /** The SDK compares the checksum when the end is reached. */
    private static void requireEnd(InputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new IOException("the reply has more bytes than it announced");
        }
    }

    @Override
    public ObjectState getRange(String key, PartRange range, byte[] target, ReadCondition condition, Duration limit) {
        GetObjectRequest.Builder request = get(key).range(range.header());
        if (condition instanceof ReadCondition.EntityTag tag) {
            request.ifMatch('"' + tag.bare() + '"');
        } else if (condition instanceof ReadCondition.UnmodifiedSince since) {
            request.ifUnmodifiedSince(since.time());
        }
        return send(
                CloudOperation.GET,
                request,
                limit,
                () -> client.getObject(request.build(), (response, in) -> {
                    fill(in, range.placeIn(target, length(response)));
                    return state(response, total(response));
                }));
    }

    private static long length(GetObjectResponse response) {
        Long length = response.contentLength();
        if (length == null) {
            throw S3Failures.stranger("does not say how long its replies are");
        }
        return length;
    }

    /** The object's length from {@code Content-Range: bytes 0-9/100}. */
    private static long total(GetObjectResponse response) throws IOException {
        String range = response.contentRange();
        if (range == null) {
            throw new IOException("the store does not answer reads of a range with that range");
        }
        return Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
    }

    private static ObjectState state(GetObjectResponse response, long sizeBytes) {
        return new ObjectState(sizeBytes, version(response.eTag()), time(response.lastModified()), Optional.empty());
    }

    /** Some HTTP clients end a reply that breaks off early, others throw. */
    private void fill(InputStream in, ByteBuffer place) throws IOException {
        int start = place.arrayOffset() + place.position();
        int count = place.remaining();
        int done = 0;
        try {
            while (done < count) {
                int read = in.read(place.array(), start + done, count - done);
                if (read < 0) {
                    throw brokenOff(done, count);
                }
                done += read;
            }
        } catch (InterruptedIOException | EOFException e) {
            throw e;
        } catch (IOException e) {
            EOFException brokenOff = brokenOff(done, count);
            brokenOff.addSuppressed(e);
            throw brokenOff;
        } finally {
            counters.received(done);
        }
    }

    private static EOFException brokenOff(int done, int count) {
        return new EOFException("the reply broke off after " + done + " of " + count + " bytes");
    }

    @Override
    public ObjectState stat(String key, Duration limit) {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
        HeadObjectResponse response =
                send(CloudOperation.STAT, request, limit, () -> client.headObject(request.build()));
        return new ObjectState(
                response.contentLength(),
                version(response.eTag()),
                time(response.lastModified()),
                Optional.ofNullable(response.metadata().get(Write.ID_NAME)));
    }

    @Override
    public ObjectVersion put(Write write, Duration limit) {
        WriteCondition condition = sent(write.condition());
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(objectKey(write.key()))
                .requestPayer(payer)
                .storageClass(storageClass(write.key()))
                .checksumAlgorithm(checksum)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext)
                .metadata(write.metadata())
                .ifMatch(condition.ifMatch().map(ObjectVersion::token).orElse(null))
                .ifNoneMatch(condition.mustBeAbsent() ? "*" : null);
        counters.sent(write.bytes().remaining());
        return version(send(
                        CloudOperation.PUT,
                        request,
                        limit,
                        () -> client.putObject(request.build(), BufferContent.of(write.bytes())))
                .eTag());
    }

    /** A store that does not check conditions may refuse requests that have one. */
    private WriteCondition sent(WriteCondition condition) {
        return checksConditions() ? condition : WriteCondition.NONE;
    }

    @Override
    public LargeUpload beginUpload(Write write, int partBytes, Duration limit) {
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(write.key()))
                .requestPayer(payer)
                .storageClass(storageClass(write.key()))
                .checksumAlgorithm(checksum)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext)
                .metadata(write.metadata());
        String id = send(
                        CloudOperation.BEGIN_UPLOAD,
                        request,
                        limit,
                        () -> client.createMultipartUpload(request.build()))
                .uploadId();
        return new S3Upload(this, write, id, partBytes);
    }

    CompletedPart uploadPart(String key, String uploadId, int number, ByteBuffer bytes, Duration limit) {
        UploadPartRequest.Builder request = UploadPartRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .uploadId(uploadId)
                .partNumber(number)
                .requestPayer(payer)
                .checksumAlgorithm(checksum);
        counters.sent(bytes.remaining());
        var response = send(
                CloudOperation.UPLOAD_PART,
                request,
                limit,
                () -> client.uploadPart(request.build(), BufferContent.of(bytes)));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumCRC32(response.checksumCRC32())
                .checksumCRC32C(response.checksumCRC32C())
                .checksumSHA1(response.checksumSHA1())
                .checksumSHA256(response.checksumSHA256())
                .build();
    }

    ObjectVersion completeUpload(Write write, String uploadId, List<CompletedPart> parts, Duration limit) {
        WriteCondition condition = sent(write.condition());
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(write.key()))
                .uploadId(uploadId)
                .requestPayer(payer)
                .multipartUpload(upload -> upload.parts(parts))
                .ifMatch(condition.ifMatch().map(ObjectVersion::token).orElse(null))
                .ifNoneMatch(condition.mustBeAbsent() ? "*" : null);
        return version(send(
                        CloudOperation.COMPLETE_UPLOAD,
                        request,
                        limit,
                        () -> client.completeMultipartUpload(request.build()))
                .eTag());
    }

    void abortUpload(String key, String uploadId, Duration limit) {
        AbortMultipartUploadRequest.Builder request = AbortMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .uploadId(uploadId)
                .requestPayer(payer);
        send(CloudOperation.ABORT_UPLOAD, request, limit, () -> client.abortMultipartUpload(request.build()));
    }

    @Override
    public ObjectVersion copy(String from, String to, ObjectVersion expected, Duration limit) {
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(bucket)
                .sourceKey(objectKey(from))
                .copySourceIfMatch(checksConditions() ? expected.token() : null)
                .destinationBucket(bucket)
                .destinationKey(objectKey(to))
                .requestPayer(payer)
                .storageClass(storageClass(to))
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext);
        return version(send(CloudOperation.COPY, request, limit, () -> client.copyObject(request.build()))
                .copyObjectResult()
                .eTag());
    }

    @Override
    public void delete(String key, Duration limit) {
        DeleteObjectRequest.Builder request =
                DeleteObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
        send(CloudOperation.DELETE, request, limit, () -> client.deleteObject(request.build()));
    }

    @Override
    public Optional<BatchDeletion> batchDeletion() {
        return Optional.of(new BatchDeletion(DELETIONS_PER_REQUEST, this::deleteMany));
    }

    private List<FailedDeletion> deleteMany(List<String> keys, Duration limit) {
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(objectKey(key)).build())
                .toList();
        DeleteObjectsRequest.Builder request = DeleteObjectsRequest.builder()
                .bucket(bucket)
                .requestPayer(payer)
                .delete(delete -> delete.objects(objects).quiet(true));
        return send(CloudOperation.DELETE_MANY, request, limit, () -> client.deleteObjects(request.build()))
                .errors()
                .stream()
                .filter(error -> !"NoSuchKey".equals(error.code()))
                .map(error ->
                        new FailedDeletion(options.location().prefix().key(error.key()), S3Failures.ofDeletion(error)))
                .toList();
    }

    @Override
    public ListedPage list(String prefix, Optional<String> page, Duration limit) {
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(objectKey(prefix))
                .continuationToken(page.orElse(null))
                .encodingType(EncodingType.URL)
                .requestPayer(payer);
        ListObjectsV2Response response =
                send(CloudOperation.LIST, request, limit, () -> client.listObjectsV2(request.build()));
        return new ListedPage(
                response.contents().stream().map(this::summary).toList(),
                Boolean.TRUE.equals(response.isTruncated())
                        ? Optional.ofNullable(response.nextContinuationToken())
                        : Optional.empty());
    }

    private ObjectSummary summary(S3Object object) {
        return new ObjectSummary(
                options.location().prefix().key(object.key()), object.size(), time(object.lastModified()));
    }

    /** Without ETags there is nothing to condition a write on. */
    private static ObjectVersion version(@Nullable String etag) {
        if (etag == null || etag.isEmpty()) {
            throw S3Failures.stranger("sends no ETags");
        }
        return new ObjectVersion(etag);
    }

    /** Listings know fractions of seconds that other replies do not. */
    private static Instant time(@Nullable Instant time) {
        return time == null ? Instant.EPOCH : time.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void close() {
        client.close();
        http.close();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
