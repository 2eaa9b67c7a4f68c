package io.icestream.engine.format;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Values drawn from a seeded source, for tests that write and read them back. */
final class RandomValues {
    private static final String[] WORDS = {"", "a", "time", "été", "\uD83E\uDDCA ice", "a b/c", "x".repeat(300)};

    private RandomValues() {}

    static String text(SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)] + random.nextInt(1000);
    }

    static Bytes bytes(SplittableRandom random, int atMost) {
        byte[] content = new byte[random.nextInt(atMost + 1)];
        random.nextBytes(content);
        return Bytes.wrap(content);
    }

    static Instant time(SplittableRandom random) {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000) * 1000L);
    }

    /** References of an array of up to four dimensions; entries reach beyond 2^31. */
    static SortedMap<ChunkIndex, ChunkReference> references(SplittableRandom random, int count) {
        TreeMap<ChunkIndex, ChunkReference> references = new TreeMap<>();
        int rank = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            long[] entries = new long[rank];
            for (int k = 0; k < rank; k++) {
                entries[k] = random.nextBoolean() ? random.nextInt(5) : random.nextLong(0xFFFF_FFFFL);
            }
            references.put(ChunkIndex.of(entries), reference(random));
        }
        return references;
    }

    static ChunkReference reference(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> new ChunkReference.Inline(bytes(random, 40));
            case 1 -> new ChunkReference.Native(ChunkId.random(random), random.nextInt(3), random.nextInt(1 << 20));
            default ->
                new ChunkReference.Virtual(
                        "s3://bucket/" + text(random),
                        random.nextLong(1L << 40),
                        random.nextInt(1 << 20),
                        checksum(random));
        };
    }

    private static Optional<VirtualChecksum> checksum(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new VirtualChecksum.EntityTag('"' + text(random) + '"'));
            default ->
                Optional.of(new VirtualChecksum.LastModified(Instant.ofEpochSecond(1 + random.nextLong(0xFFFF_FFFFL))));
        };
    }
}
