package io.icestream.engine.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of relocated bytes beside a map, and what it refuses. */
class RelocationsTest {
    private static final long SEED = 20261122;

    @Test
    void findsWhatWasAddedAndNothingElse() {
        Random random = new Random(SEED);
        Relocations relocations = new Relocations();
        Map<ChunkReference, ChunkReference.Native> model = new HashMap<>();
        ChunkId object = ChunkId.random(random);
        for (int i = 0; i < 20_000; i++) {
            ChunkReference from = reference(random);
            if (i % 100 == 0) {
                object = ChunkId.random(random);
            }
            ChunkReference.Native to = new ChunkReference.Native(object, i, from.length());
            relocations.add(from, to);
            model.putIfAbsent(from, to);
        }

        assertThat(relocations.size()).isEqualTo(model.size());
        model.forEach((from, to) ->
                assertThat(relocations.find(from)).as("seed " + SEED).contains(to));
        for (int i = 0; i < 20_000; i++) {
            ChunkReference other = reference(random);
            assertThat(relocations.find(other)).isEqualTo(Optional.ofNullable(model.get(other)));
        }
    }

    /** Few objects, so that ranges of one object are told apart by offset and length. */
    private static ChunkReference reference(Random random) {
        if (random.nextInt(4) == 0) {
            return new ChunkReference.Inline(Bytes.wrap(new byte[] {(byte) random.nextInt(), (byte) random.nextInt()}));
        }
        return new ChunkReference.Native(
                new ChunkId(random.nextInt(50), random.nextInt(3)), random.nextInt(100), 1 + random.nextInt(5));
    }

    @Test
    void refusesWhatItCannotHold() {
        ChunkId id = new ChunkId(1, 2);
        ChunkReference.Native to = new ChunkReference.Native(id, 0, 10);
        Relocations relocations = new Relocations();

        assertThat(Relocations.isRelocatable(new ChunkReference.Virtual("s3://a/b", 0, 10, Optional.empty())))
                .isFalse();
        assertThat(relocations.find(new ChunkReference.Virtual("s3://a/b", 0, 10, Optional.empty())))
                .isEmpty();
        assertThatThrownBy(() -> relocations.add(new ChunkReference.Native(id, 1L << 31, 10), to))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> relocations.add(new ChunkReference.Native(id, 0, 11), to))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot relocate");
    }
}
