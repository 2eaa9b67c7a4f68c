package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CF times in the spellings that tools write. */
class CfTimeTest {

    private static ObjectNode attributes(String units) {
        return new ObjectMapper().createObjectNode().put("units", units);
    }

    @ParameterizedTest
    @CsvSource({
        "seconds since 1970-01-01, 90, 1970-01-01T00:01:30Z",
        "seconds since 1970-01-01, -1, 1969-12-31T23:59:59Z",
        "hours since 2013-01-01 06:00:00, 2, 2013-01-01T08:00:00Z",
        "hours since 2013-01-01T06:00:00Z, 2, 2013-01-01T08:00:00Z",
        "hours since 2013-1-1 06:00:00 +01:00, 2, 2013-01-01T07:00:00Z",
        "days since 2000-01-01 00:00:00.0 UTC, 366, 2001-01-01T00:00:00Z",
        "Minutes since 2000-01-01 00:00, 1, 2000-01-01T00:01:00Z",
        "milliseconds since 2000-01-01, 1, 2000-01-01T00:00:00.001Z",
        "nanoseconds since 1970-01-01, 1, 1970-01-01T00:00:00.000000001Z"
    })
    void decodesWholeNumbers(String units, long value, Instant expected) {
        assertThat(CfTime.of(attributes(units)).orElseThrow().at(value)).isEqualTo(expected);
    }

    @Test
    void decodesFractions() {
        CfTime days = CfTime.of(attributes("days since 2000-01-01")).orElseThrow();
        assertThat(days.at(0.5)).isEqualTo(Instant.parse("2000-01-01T12:00:00Z"));
        assertThat(days.at(-0.25)).isEqualTo(Instant.parse("1999-12-31T18:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"degF", "months since 2000-01-01", "days since the flood", "days since 2000-13-01", ""})
    void leavesOtherUnitsAlone(String units) {
        assertThat(CfTime.of(attributes(units))).isEmpty();
    }

    @Test
    void leavesOtherCalendarsAlone() {
        assertThat(CfTime.of(attributes("days since 2000-01-01").put("calendar", "360_day")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20, 2026-11-20T00:00:00Z",
        "2026-11-20T06:00, 2026-11-20T06:00:00Z",
        "2026-11-20T06:00Z, 2026-11-20T06:00:00Z",
        "2026-11-20 06:00:30.5+0130, 2026-11-20T04:30:30.500Z"
    })
    void readsTimesAsPeopleWriteThem(String text, Instant expected) {
        assertThat(CfTime.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11", "20261120", "2026-02-30", "2026-11-20T25:00"})
    void refusesWhatIsNoTime(String text) {
        assertThat(CfTime.parse(text)).isEmpty();
    }
}
