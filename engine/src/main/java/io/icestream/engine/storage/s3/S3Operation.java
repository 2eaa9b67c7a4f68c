package io.icestream.engine.storage.s3;

/** The kinds of requests that a storage makes, as they are counted. */
public enum S3Operation {
    /** GetObject, whole or a range. */
    GET,
    /** HeadObject. */
    HEAD,
    /** PutObject. */
    PUT,
    /** CopyObject. */
    COPY,
    /** DeleteObject. */
    DELETE,
    /** DeleteObjects. */
    DELETE_MANY,
    /** ListObjectsV2. */
    LIST,
    /** CreateMultipartUpload. */
    CREATE_MULTIPART,
    /** UploadPart. */
    UPLOAD_PART,
    /** CompleteMultipartUpload. */
    COMPLETE_MULTIPART,
    /** AbortMultipartUpload. */
    ABORT_MULTIPART
}
