package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
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
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Single requests, one per method call, each with what the options say about every request. Thread-safe. Errors are the
 * SDK's.
 */
final class S3Calls {
    private static final int LARGEST_OBJECT_BYTES = Integer.MAX_VALUE - 8;

    private final S3Client client;
    private final S3Options options;
    private final Counters counters;
    private final String bucket;
    private final @Nullable RequestPayer payer;
    private final @Nullable ChecksumAlgorithm checksum;
    private final @Nullable ServerSideEncryption encryption;
    private final @Nullable String encryptionKey;
    private final @Nullable String encryptionContext;

    S3Calls(S3Client client, S3Options options, Counters counters) {
        this.client = client;
        this.options = options;
        this.counters = counters;
        this.bucket = options.location().bucket();
        this.payer = options.isRequesterPays() ? RequestPayer.REQUESTER : null;
        this.checksum = algorithm(options.checksum());
        this.encryption = options.encryption().isPresent() ? ServerSideEncryption.AWS_KMS : null;
        this.encryptionKey = options.encryption().flatMap(S3Encryption::keyId).orElse(null);
        this.encryptionContext =
                options.encryption().flatMap(S3Encryption::context).orElse(null);
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

    private static void limit(AwsRequest.Builder request, Optional<Duration> limit) {
        limit.ifPresent(value -> request.overrideConfiguration(c -> c.apiCallTimeout(value)));
    }

    private String objectKey(String key) {
        return options.location().objectKey(key);
    }

    private @Nullable String storageClass(String key) {
        return options.storageClasses().of(key).orElse(null);
    }

    /**
     * Reads a whole object, or its beginning if it is larger than one part.
     *
     * @param known the version that is not to be sent again
     */
    Download get(String key, Optional<ObjectVersion> known, Optional<Duration> limit) {
        GetObjectRequest.Builder request = get(key, limit);
        known.ifPresent(version -> request.ifNoneMatch(version.token()));
        if (checksum != null) {
            request.checksumMode(ChecksumMode.ENABLED);
        }
        return client.getObject(request.build(), (response, in) -> read(response, in, wanted(response)));
    }

    private GetObjectRequest.Builder get(String key, Optional<Duration> limit) {
        counters.request(S3Operation.GET);
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
        limit(request, limit);
        return request;
    }

    private int wanted(GetObjectResponse response) {
        long size = length(response);
        if (size > LARGEST_OBJECT_BYTES) {
            throw SdkClientException.create("the object has " + size + " bytes, more than one read can hold");
        }
        return (int) Math.min(size, options.transfers().downloadPartBytes());
    }

    /**
     * Reads a range into its place.
     *
     * @param ifMatch the version that the object must be in
     * @return the download, of which {@code bytes} is {@code target}
     */
    Download getRange(
            String key, PartRange range, byte[] target, Optional<ObjectVersion> ifMatch, Optional<Duration> limit) {
        GetObjectRequest.Builder request = get(key, limit).range(range.header());
        ifMatch.ifPresent(version -> request.ifMatch(version.token()));
        return getRange(request, range, target);
    }

    /** Reads a range into its place if a condition holds; a failure of the kind that is refused if it does not. */
    Download getRangeIf(String key, PartRange range, byte[] target, ReadCondition condition, Optional<Duration> limit) {
        GetObjectRequest.Builder request = get(key, limit).range(range.header());
        if (condition instanceof ReadCondition.EntityTag tag) {
            request.ifMatch('"' + tag.bare() + '"');
        } else if (condition instanceof ReadCondition.UnmodifiedSince since) {
            request.ifUnmodifiedSince(since.time());
        }
        return getRange(request, range, target);
    }

    private Download getRange(GetObjectRequest.Builder request, PartRange range, byte[] target) {
        return client.getObject(request.build(), (response, in) -> {
            int count = (int) Math.min(range.length(), length(response));
            fill(in, target, range.targetOffset(), count);
            return new Download(
                    ByteBuffer.wrap(target),
                    count,
                    total(response),
                    version(response.eTag()),
                    time(response.lastModified()));
        });
    }

    private Download read(GetObjectResponse response, AbortableInputStream in, int wanted) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(length(response))];
        fill(in, bytes, 0, wanted);
        if (wanted < bytes.length) {
            in.abort();
        } else if (in.read() >= 0) {
            throw new IOException("the reply has more than the " + wanted + " bytes it announced");
        }
        return new Download(
                ByteBuffer.wrap(bytes), wanted, bytes.length, version(response.eTag()), time(response.lastModified()));
    }

    private static long length(GetObjectResponse response) {
        Long length = response.contentLength();
        if (length == null) {
            throw SdkClientException.create("the store does not say how long its reply is");
        }
        return length;
    }

    /** Some HTTP clients end a reply that breaks off early, others throw. */
    private void fill(AbortableInputStream in, byte[] target, int offset, int count) throws IOException {
        int done = 0;
        try {
            while (done < count) {
                int read = in.read(target, offset + done, count - done);
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

    /** The object's length from {@code Content-Range: bytes 0-9/100}. */
    private static long total(GetObjectResponse response) throws IOException {
        String range = response.contentRange();
        if (range == null) {
            throw new IOException("the store does not answer reads of a range with that range");
        }
        return Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
    }

    HeadObjectResponse head(String key, Optional<Duration> limit) {
        counters.request(S3Operation.HEAD);
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
        limit(request, limit);
        return client.headObject(request.build());
    }

    ObjectVersion put(
            String key,
            ByteBuffer bytes,
            WriteCondition condition,
            Map<String, String> metadata,
            Optional<Duration> limit) {
        counters.request(S3Operation.PUT);
        counters.sent(bytes.remaining());
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .requestPayer(payer)
                .storageClass(storageClass(key))
                .checksumAlgorithm(checksum)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext)
                .metadata(metadata);
        condition.ifMatch().ifPresent(version -> request.ifMatch(version.token()));
        if (condition.mustBeAbsent()) {
            request.ifNoneMatch("*");
        }
        limit(request, limit);
        return version(
                client.putObject(request.build(), BufferContent.of(bytes)).eTag());
    }

    /**
     * Copies within the store.
     *
     * @param condition asked of the original
     */
    ObjectVersion copy(String from, String to, WriteCondition condition, Optional<Duration> limit) {
        counters.request(S3Operation.COPY);
        CopyObjectRequest.Builder request = CopyObjectRequest.builder()
                .sourceBucket(bucket)
                .sourceKey(objectKey(from))
                .copySourceIfMatch(condition.ifMatch().map(ObjectVersion::token).orElse(null))
                .destinationBucket(bucket)
                .destinationKey(objectKey(to))
                .requestPayer(payer)
                .storageClass(storageClass(to))
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext);
        limit(request, limit);
        return version(client.copyObject(request.build()).copyObjectResult().eTag());
    }

    void delete(String key, Optional<Duration> limit) {
        counters.request(S3Operation.DELETE);
        DeleteObjectRequest.Builder request =
                DeleteObjectRequest.builder().bucket(bucket).key(objectKey(key)).requestPayer(payer);
        limit(request, limit);
        client.deleteObject(request.build());
    }

    /** Gives the objects that could not be deleted. */
    List<S3Error> deleteMany(List<String> keys, Optional<Duration> limit) {
        counters.request(S3Operation.DELETE_MANY);
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(objectKey(key)).build())
                .toList();
        DeleteObjectsRequest.Builder request = DeleteObjectsRequest.builder()
                .bucket(bucket)
                .requestPayer(payer)
                .delete(delete -> delete.objects(objects).quiet(true));
        limit(request, limit);
        return client.deleteObjects(request.build()).errors();
    }

    ListObjectsV2Response list(String keyStart, @Nullable String token, Optional<Duration> limit) {
        counters.request(S3Operation.LIST);
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(keyStart)
                .continuationToken(token)
                .encodingType(EncodingType.URL)
                .requestPayer(payer);
        limit(request, limit);
        return client.listObjectsV2(request.build());
    }

    String createUpload(String key, Map<String, String> metadata, Optional<Duration> limit) {
        counters.request(S3Operation.CREATE_MULTIPART);
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .requestPayer(payer)
                .storageClass(storageClass(key))
                .checksumAlgorithm(checksum)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(encryptionKey)
                .ssekmsEncryptionContext(encryptionContext)
                .metadata(metadata);
        limit(request, limit);
        return client.createMultipartUpload(request.build()).uploadId();
    }

    CompletedPart uploadPart(String key, String uploadId, int number, ByteBuffer bytes, Optional<Duration> limit) {
        counters.request(S3Operation.UPLOAD_PART);
        counters.sent(bytes.remaining());
        UploadPartRequest.Builder request = UploadPartRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .uploadId(uploadId)
                .partNumber(number)
                .requestPayer(payer)
                .checksumAlgorithm(checksum);
        limit(request, limit);
        var response = client.uploadPart(request.build(), BufferContent.of(bytes));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumCRC32(response.checksumCRC32())
                .checksumCRC32C(response.checksumCRC32C())
                .checksumSHA1(response.checksumSHA1())
                .checksumSHA256(response.checksumSHA256())
                .build();
    }

    ObjectVersion completeUpload(
            String key,
            String uploadId,
            List<CompletedPart> parts,
            WriteCondition condition,
            Optional<Duration> limit) {
        counters.request(S3Operation.COMPLETE_MULTIPART);
        CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .uploadId(uploadId)
                .requestPayer(payer)
                .multipartUpload(upload -> upload.parts(parts));
        condition.ifMatch().ifPresent(version -> request.ifMatch(version.token()));
        if (condition.mustBeAbsent()) {
            request.ifNoneMatch("*");
        }
        limit(request, limit);
        return version(client.completeMultipartUpload(request.build()).eTag());
    }

    void abortUpload(String key, String uploadId, Optional<Duration> limit) {
        counters.request(S3Operation.ABORT_MULTIPART);
        AbortMultipartUploadRequest.Builder request = AbortMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(objectKey(key))
                .uploadId(uploadId)
                .requestPayer(payer);
        limit(request, limit);
        client.abortMultipartUpload(request.build());
    }

    /** Without ETags there is nothing to condition a write on. */
    static ObjectVersion version(@Nullable String etag) {
        if (etag == null || etag.isEmpty()) {
            throw SdkClientException.create("the store sends no ETags, so it cannot hold repositories");
        }
        return new ObjectVersion(etag);
    }

    /** Listings know fractions of seconds that other replies do not. */
    static Instant time(@Nullable Instant time) {
        return time == null ? Instant.EPOCH : time.truncatedTo(ChronoUnit.SECONDS);
    }
}
