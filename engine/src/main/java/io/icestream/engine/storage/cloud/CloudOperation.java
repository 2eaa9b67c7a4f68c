package io.icestream.engine.storage.cloud;

/** The kinds of requests that a storage makes, as they are counted. */
public enum CloudOperation {
    /** Content of an object, whole or a range. */
    GET,
    /** What is known of an object without its content. */
    STAT,
    /** A whole object. */
    PUT,
    /** A copy within the store. */
    COPY,
    /** One deletion. */
    DELETE,
    /** Several deletions in one request. */
    DELETE_MANY,
    /** A page of a listing. */
    LIST,
    /** The start of an upload in parts. */
    BEGIN_UPLOAD,
    /** A part of an upload. */
    UPLOAD_PART,
    /** The request that makes an object of the parts. */
    COMPLETE_UPLOAD,
    /** The end of an upload that shall not become an object. */
    ABORT_UPLOAD
}
