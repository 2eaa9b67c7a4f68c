package io.icestream.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
        CfTime time = CfTime.of(attributes(units)).orElseThrow();
        assertThat(time.instantAt(value)).contains(expected);
        assertThat(time.at(value)).contains(CfDateTime.of(expected));
        assertThat(CfDateTime.of(expected)).hasToString(expected.toString());
    }

    @Test
    void decodesFractions() {
        CfTime days = CfTime.of(attributes("days since 2000-01-01")).orElseThrow();
        assertThat(days.at(0.5)).map(CfDateTime::toString).contains("2000-01-01T12:00:00Z");
        assertThat(days.at(-0.25)).map(CfDateTime::toString).contains("1999-12-31T18:00:00Z");
        assertThat(days.at(Double.NaN)).isEmpty();
        assertThat(days.at(1e300)).isEmpty();
        assertThat(days.at(Long.MAX_VALUE)).isEmpty();
        assertThat(days.instantAt(Long.MIN_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"degF", "months since 2000-01-01", "days since the flood", "days since 2000-13-01", ""})
    void leavesOtherUnitsAlone(String units) {
        assertThat(CfTime.of(attributes(units))).isEmpty();
    }

    @Test
    void leavesOtherCalendarsAlone() {
        assertThat(CfTime.of(attributes("days since 2000-01-01").put("calendar", "julian")))
                .isEmpty();
        assertThat(CfTime.of(attributes("days since 2000-02-30").put("calendar", "noleap")))
                .isEmpty();
    }

    /** Counted by hand from the rules of each calendar. */
    @ParameterizedTest
    @CsvSource({
        "360_day, days since 2000-02-30, 1, 2000-03-01T00:00:00Z",
        "360_day, hours since 1970-01-01, -1, 1969-12-30T23:00:00Z",
        "360_day, months since 2000-01-01, 14, 2001-03-01T00:00:00Z",
        "noleap, days since 2000-02-28, 1, 2000-03-01T00:00:00Z",
        "365_day, days since 2000-01-01, -365, 1999-01-01T00:00:00Z",
        "standard, days since 1582-10-04, 1, 1582-10-15T00:00:00Z",
        "standard, days since 0001-01-01, 736329, 2016-12-30T00:00:00Z",
        "proleptic_gregorian, days since 1582-10-04, 1, 1582-10-05T00:00:00Z",
        "GREGORIAN, days since 1858-11-17, 51544, 2000-01-01T00:00:00Z"
    })
    void countsInEachCalendar(String calendar, String units, long value, String expected) {
        CfTime time = CfTime.of(attributes(units).put("calendar", calendar)).orElseThrow();
        assertThat(time.at(value)).map(CfDateTime::toString).contains(expected);
        assertThat(time.at((double) value)).isEqualTo(time.at(value));
        assertThat(time.instantAt(value).isPresent()).isEqualTo(time.calendar().isReal());
    }

    @ParameterizedTest
    @EnumSource
    void everyDayHasOneDateAndBack(CfCalendar calendar) {
        for (long day = -800_000; day < 800_000; day += 13) {
            int[] date = calendar.dateOf(day);
            assertThat(calendar.dayOf(date[0], date[1], date[2])).contains(day);
        }
        for (long day = -36_525; day < 36_525 && calendar.isReal(); day++) {
            LocalDate expected = LocalDate.ofEpochDay(day);
            assertThat(calendar.dateOf(day))
                    .containsExactly(expected.getYear(), expected.getMonthValue(), expected.getDayOfMonth());
        }
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
