package io.icestream.azure;

import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.Reply;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** MD5 in base64, by which the store refuses what was damaged on its way, and tells what it has. */
final class Checksums {
    private Checksums() {}

    static String md5(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes.duplicate());
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5", e);
        }
    }

    /** Compares a whole object with the checksum that the reply tells; objects made of blocks have none. */
    static void requireEqual(Reply reply, byte[] bytes) {
        reply.header("Content-MD5")
                .filter(told -> !told.equals(md5(ByteBuffer.wrap(bytes))))
                .ifPresent(told -> {
                    throw FailedCall.of(
                            FailedCall.Kind.DAMAGED, "the content has another checksum than the store says");
                });
    }
}
