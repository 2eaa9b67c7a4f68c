package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One frame comes out whatever the size: small content is compressed at once, large content in parts. */
class ZstdFrameTest {
    private static final byte[] PREFIX = {1, 2, 3};

    @Test
    void contentOfAnySizeComesBackFromOneFrameThatTellsItsSize() {
        byte[] content = content(35_000_000);
        for (int size : new int[] {0, 1, 1000, (16 << 20), (16 << 20) + 1, (17 << 20) + 13, content.length - 5}) {
            int start = content.length - size;
            for (int level : new int[] {-1, 3}) {
                byte[] file = ZstdFrame.compress(content, start, level, PREFIX);

                assertThat(Arrays.copyOf(file, PREFIX.length)).isEqualTo(PREFIX);
                assertThat(Zstd.getFrameContentSize(file, PREFIX.length, file.length - PREFIX.length))
                        .as("size %s", size)
                        .isEqualTo(size);
                assertThat(Arrays.equals(
                                ZstdFrame.decompress(file, PREFIX.length, "test"),
                                Arrays.copyOfRange(content, start, content.length)))
                        .as("size %s, level %s", size, level)
                        .isTrue();
            }
        }
    }

    /** Text that repeats, with parts that do not. */
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i % 7919 < 5000 ? i % 31 : random.nextInt());
        }
        return content;
    }
}
