package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The envelope: its bytes, the forms of zstd frame that are read, and what is refused, each by its name. */
class EnvelopeTest {
    private static final TransactionLog LOG = TransactionLog.empty(SnapshotId.INITIAL);
    private static final String KEY = "transactions/x";

    @Test
    void hasTheLayoutOfTheSpecification() {
        byte[] file = file();
        assertThat(new String(file, 0, 12, StandardCharsets.UTF_8)).isEqualTo("ICE\uD83E\uDDCACHUNK");
        assertThat(new String(file, 12, 24, StandardCharsets.UTF_8)).isEqualTo("ic-java-0.1.0           ");
        assertThat(Arrays.copyOfRange(file, 36, 39)).containsExactly(2, 4, 1);
        byte[] frame = Arrays.copyOfRange(file, 39, file.length);
        byte[] body = body(file);
        assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(body.length);
        assertThat(frame[4] & 4).as("checksum bit of the frame descriptor").isEqualTo(4);
        assertThat(new String(body, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("Ichk");
    }

    @Test
    void readsFramesWithoutContentSize() throws IOException {
        for (byte[] body : new byte[][] {body(file()), Arrays.copyOf(body(file()), 3_000_000)}) {
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            target.write(file(), 0, 39);
            try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(target)) {
                zstd.write(body);
            }
            assertThat(decode(target.toByteArray())).isEqualTo(LOG);
        }
    }

    @Test
    void readsWhateverTheWriterCallsItself() {
        byte[] file = file();
        Arrays.fill(file, 12, 36, (byte) 0xFF);
        assertThat(decode(file)).isEqualTo(LOG);
    }

    @Test
    void namesVersionsTypesAndCompressionsThatItDoesNotKnow() {
        assertUnsupported(36, 0, "format version 0 (known are 1 and 2)");
        assertUnsupported(36, 3, "format version 3");
        assertUnsupported(37, 7, "file type 7");
        assertUnsupported(38, 0, "compression 0");
        assertUnsupported(38, 2, "compression 2");
    }

    private static void assertUnsupported(int at, int value, String message) {
        byte[] file = file();
        file[at] = (byte) value;
        assertThatThrownBy(() -> decode(file))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAFileOfAnotherType() {
        assertThatThrownBy(() -> IcechunkFile.decodeSnapshot(ByteBuffer.wrap(file()), "snapshots/x"))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessage(
                        "Corrupt object snapshots/x at byte 37: expected file type 1 (snapshot), found 4 (transaction log)");
    }

    @Test
    void refusesWhatIsNotOneFrame() {
        byte[] file = file();
        byte[] frame = Arrays.copyOfRange(file, 39, file.length);
        byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
        assertCorrupt(concat(file, new byte[1]), "1 more bytes");
        assertCorrupt(concat(file, frame), "more bytes");
        assertCorrupt(concat(file, skippable), "8 more bytes");
        assertCorrupt(Arrays.copyOf(file, file.length - 1), "one whole zstd frame");
        assertCorrupt(Arrays.copyOf(file, 39), "the end of the file");
        assertCorrupt(Arrays.copyOf(file, 38), "a header of 39 bytes");
        assertCorrupt(concat(Arrays.copyOf(file, 39), Zstd.compress(new byte[0])), "at least 8 bytes");
    }

    @Test
    void refusesContentOutOfProportion() {
        byte[] bomb = Zstd.compress(new byte[100 << 20], 19);
        assertThat(bomb.length).isLessThan(20_000);
        assertCorrupt(concat(Arrays.copyOf(file(), 39), bomb), "at most 67108864 bytes of content");
    }

    private static void assertCorrupt(byte[] file, String message) {
        assertThatThrownBy(() -> decode(file))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining(message);
    }

    private static TransactionLog decode(byte[] file) {
        return IcechunkFile.decodeTransactionLog(ByteBuffer.wrap(file), KEY);
    }

    private static byte[] file() {
        return Bytes.copyOf(IcechunkFile.encodeTransactionLog(LOG, 3)).toByteArray();
    }

    private static byte[] body(byte[] file) {
        return ZstdFrame.decompress(file, 39, KEY);
    }

    private static byte[] concat(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }
}
