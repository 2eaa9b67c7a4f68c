package io.icestream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FeedTest {

    private static final long ORIGIN = 29_145_600;
    private static final int DAY = 1440;

    private final Feed feed = new Feed(20_260, ORIGIN);

    @Test
    void givesTheSameRecordsWhetherReadAtOnceOrInPieces() {
        List<Arrival> pieces = new ArrayList<>();
        for (long minute = ORIGIN; minute < ORIGIN + DAY; minute += 60) {
            pieces.addAll(feed.between(minute, minute + 60));
        }
        assertThat(pieces).isEqualTo(feed.between(ORIGIN, ORIGIN + DAY));
    }

    @Test
    void hasEveryKindOfTrouble() {
        Map<Arrival.Kind, Long> kinds = feed.between(ORIGIN, ORIGIN + 3 * DAY).stream()
                .collect(Collectors.groupingBy(Arrival::kind, Collectors.counting()));
        assertThat(kinds.keySet()).containsExactlyInAnyOrder(Arrival.Kind.values());
        assertThat(kinds.get(Arrival.Kind.USUAL)).isGreaterThan(10_000);
        assertThat(kinds.get(Arrival.Kind.LATE)).isBetween(20L, 200L);
        assertThat(kinds.get(Arrival.Kind.REPEATED)).isBetween(100L, 400L);
        assertThat(Arrays.stream(Arrival.Kind.values())
                        .filter(Arrival.Kind::isBroken)
                        .map(kinds::get))
                .allMatch(count -> count <= 6);
    }

    @Test
    void keepsUsualRecordsWithinTheirDelay() {
        assertThat(feed.between(ORIGIN, ORIGIN + DAY))
                .filteredOn(arrival -> arrival.kind() == Arrival.Kind.USUAL)
                .allMatch(arrival -> arrival.minute() - arrival.eventMinute() < Feed.USUAL_DELAY_MINUTES)
                .allMatch(arrival -> arrival.eventMinute() % Feed.STEP_MINUTES == 0);
    }

    @Test
    void isWarmerInTheAfternoonThanAtNightAndStaysPlausible() {
        SyntheticWeather weather = new SyntheticWeather(20_260);
        for (Station station : Station.NETWORK) {
            double night = 0;
            double afternoon = 0;
            for (long day = 0; day < 20; day++) {
                night += temperature(weather, station, ORIGIN + day * DAY + 180);
                afternoon += temperature(weather, station, ORIGIN + day * DAY + 840);
            }
            assertThat(afternoon - night).as(station.label()).isGreaterThan(20 * 3);
        }
        for (long minute = ORIGIN; minute < ORIGIN + 5 * DAY; minute += 35) {
            Map<String, Double> values = weather.at(Station.NETWORK.get(3), minute);
            assertThat(values.get("temperature")).isBetween(-15.0, 40.0);
            assertThat(values.get("humidity")).isBetween(0.0, 100.0);
            assertThat(values.get("pressure")).isBetween(980.0, 1050.0);
            assertThat(values.get("wind_speed")).isBetween(0.0, 40.0);
            assertThat(values.get("sunshine")).isBetween(0.0, 1000.0);
        }
        assertThat(weather.at(Station.NETWORK.get(0), ORIGIN)).isEqualTo(weather.at(Station.NETWORK.get(0), ORIGIN));
    }

    private static double temperature(SyntheticWeather weather, Station station, long minute) {
        return Objects.requireNonNull(weather.at(station, minute).get("temperature"));
    }
}
