package io.icestream.gcs;

import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.Reply;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/** CRC-32C as the store writes it: base64 of four bytes, most significant first. */
final class Checksums {
    private Checksums() {}

    static String crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** Compares a whole object with the checksum that the reply tells, if it tells one. */
    static void requireEqual(Reply reply, byte[] bytes) {
        if (reply.header("x-goog-stored-content-encoding")
                .filter(encoding -> !encoding.equals("identity"))
                .isPresent()) {
            return;
        }
        String found = "crc32c=" + crc32c(ByteBuffer.wrap(bytes));
        for (String line : reply.headers().allValues("x-goog-hash")) {
            for (String hash : line.split(",", -1)) {
                if (hash.strip().startsWith("crc32c=") && !hash.strip().equals(found)) {
                    throw FailedCall.of(
                            FailedCall.Kind.DAMAGED, "the content has another checksum than the store says");
                }
            }
        }
    }
}
