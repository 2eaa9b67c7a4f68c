package io.icestream.ingest.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DisorderTest {

    private static final long HOUR = 3_600_000_000L;

    /** Two stations one after the other, as files often have it. */
    private final List<EncodedRow> rows = IntStream.range(0, 1000)
            .mapToObj(i -> new EncodedRow(i, Optional.empty(), new byte[0], (i % 500) * HOUR))
            .toList();

    @Test
    void keepsEachRecordWithinTheBoundBehindTheLatestOne() {
        List<EncodedRow> sent = new Disorder(Optional.of(Disorder.Bound.parse("6h")), 0, 7, false).apply(rows);
        assertThat(sent).containsExactlyInAnyOrderElementsOf(rows).isNotEqualTo(rows);
        long latest = Long.MIN_VALUE;
        for (EncodedRow row : sent) {
            latest = Math.max(latest, row.eventMicros());
            assertThat(latest - row.eventMicros()).isLessThan(6 * HOUR);
        }
    }

    @Test
    void movesRecordsByFewerPlacesThanTheBound() {
        List<EncodedRow> sent = new Disorder(Optional.of(Disorder.Bound.parse("20")), 0, 7, false).apply(rows);
        assertThat(sent).isNotEqualTo(rows);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(Math.abs(sent.get(i).line() - i)).isLessThan(20);
        }
    }

    @Test
    void repeatsTheAskedShareAndTheSameForTheSameSeed() {
        Disorder disorder = new Disorder(Optional.of(Disorder.Bound.parse("20")), 5, 7, false);
        List<EncodedRow> sent = disorder.apply(rows);
        assertThat(sent.size() - rows.size()).isBetween(25, 80);
        assertThat(disorder.apply(rows)).isEqualTo(sent);
        assertThat(sent).containsAll(rows);
    }

    @Test
    void refusesABoundThatIsNeitherNumberNorDuration() {
        assertThat(Disorder.Bound.parse("1d").amount()).isEqualTo(24 * HOUR);
        assertThatThrownBy(() -> Disorder.Bound.parse("much")).hasMessageContaining("'much'");
    }
}
