/** Tests of the S3 store, on a server in this process. */
@NullMarked
package io.icestream.engine.storage.s3;

import org.jspecify.annotations.NullMarked;
