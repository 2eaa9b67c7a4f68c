package io.icestream.ingest.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimesTest {

    private static final long EXPECTED = 1_357_020_000_000_000L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2013-01-01T06:00:00Z",
                "2013-01-01T06:00",
                "2013-01-01 06:00:00",
                "2013-01-01T07:00:00+01:00",
                "2013-01-01T07:00:00+01",
                "2013-01-01 01:00:00.000-0500",
                "1357020000",
                "1357020000.0",
                "1357020000000",
                "1357020000000000",
                "1357020000000000000",
                "1.35702e9"
            })
    void readsIsoTextAndNumbersByTheirSize(String text) {
        assertThat(micros(EventTimes.Unit.AUTO, text)).isEqualTo(EXPECTED);
    }

    @Test
    void readsNumbersInTheGivenUnit() {
        assertThat(micros(EventTimes.Unit.S, "12.5")).isEqualTo(12_500_000);
        assertThat(micros(EventTimes.Unit.MS, "-1")).isEqualTo(-1_000);
        assertThat(micros(EventTimes.Unit.NS, "1999")).isEqualTo(1);
        assertThat(micros(EventTimes.Unit.AUTO, "2013-01-01")).isEqualTo(1_356_998_400_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "2013-13-01T00:00:00Z", "2013-01-01T25:00", "NaN", "1e30"})
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> micros(EventTimes.Unit.AUTO, text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long micros(EventTimes.Unit unit, String text) {
        return new EventTimes(unit).micros(JsonNodeFactory.instance.textNode(text));
    }
}
