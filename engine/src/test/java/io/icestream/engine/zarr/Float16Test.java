package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {
    @Test
    void convertsEveryBitPatternBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double value = Float16.toDouble((short) bits);
            if (Float16.isNaN((short) bits)) {
                assertThat(value).isNaN();
            } else {
                assertThat(Float16.ofDouble(value)).as("%x", bits).isEqualTo((short) bits);
            }
        }
        assertThat(Float16.ofDouble(Double.NaN)).isEqualTo(Float16.NAN);
    }

    @Test
    void roundsToTheNearestValueTiesToEven() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            int lower = random.nextInt(0x7bff);
            double a = Float16.toDouble((short) lower);
            double b = Float16.toDouble((short) (lower + 1));
            double tie = (a + b) / 2;
            assertThat(Float16.ofDouble(tie)).as("seed 1, tie above %x", lower).isEqualTo((short) ((lower + 1) & ~1));
            assertThat(Float16.ofDouble(Math.nextDown(tie))).isEqualTo((short) lower);
            assertThat(Float16.ofDouble(-Math.nextUp(tie))).isEqualTo((short) ((lower + 1) | 0x8000));
        }
        assertThat(Float16.toDouble(Float16.ofDouble(65519))).isEqualTo(65504);
        assertThat(Float16.toDouble(Float16.ofDouble(65520))).isInfinite();
    }
}
