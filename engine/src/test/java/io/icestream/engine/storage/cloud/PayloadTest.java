package io.icestream.engine.storage.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** A client gets every byte of a payload, again if it asks again, and none once the request has ended. */
class PayloadTest {
    private static final byte[] CONTENT = content(200_000);

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) ((i * 31) >> 5);
        }
        return content;
    }

    private static Payload payload() {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(150_000).put(CONTENT, 0, 150_000).flip();
        return new Payload(
                List.of(direct, ByteBuffer.allocate(0), ByteBuffer.wrap(CONTENT, 150_000, 50_000)), new Progress());
    }

    private static byte[] allOf(Iterator<byte[]> blocks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        blocks.forEachRemaining(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void givesEveryByteEachTimeItIsRead() {
        Payload payload = payload();

        assertThat(allOf(payload.iterator())).isEqualTo(CONTENT);
        assertThat(allOf(payload.iterator())).isEqualTo(CONTENT);
    }

    @Test
    void givesNothingBehindTheEnd() {
        Iterator<byte[]> blocks = payload().iterator();
        allOf(blocks);

        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(blocks::next);
    }

    @Test
    void givesNoFurtherBlockOnceTheRequestHasEnded() {
        Payload payload = payload();
        Iterator<byte[]> begun = payload.iterator();
        begun.next();

        payload.end();

        assertThat(begun.hasNext()).isTrue();
        assertThatIllegalStateException().isThrownBy(begun::next);
        assertThatIllegalStateException().isThrownBy(() -> payload.iterator().next());
    }
}
