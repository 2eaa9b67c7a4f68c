package io.icestream.gcs;

import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.Reply;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Checksums as the store writes them: base64, of CRC-32C with the most significant byte first. */
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
        String found = crc32c(ByteBuffer.wrap(bytes));
        if (told(reply, "crc32c").anyMatch(hash -> !hash.equals(found))) {
            throw FailedCall.of(FailedCall.Kind.DAMAGED, "the content has another checksum than the store says");
        }
    }

    /** The MD5 of the whole object in hexadecimal digits, unless the reply does not tell it: that of a composed object never does. */
    static Optional<String> md5(Reply reply) {
        return told(reply, "md5").findFirst().flatMap(Checksums::hexadecimal);
    }

    private static Stream<String> told(Reply reply, String algorithm) {
        return reply.headers().allValues("x-goog-hash").stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(hash -> hash.startsWith(algorithm + "="))
                .map(hash -> hash.substring(algorithm.length() + 1));
    }

    /** The digits of a checksum; empty if there is none, or the text is none. */
    static Optional<String> hexadecimal(String base64) {
        try {
            return Optional.of(HexFormat.of().formatHex(Base64.getDecoder().decode(base64)))
                    .filter(digits -> !digits.isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
