package io.icestream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.decode.AvroWire;
import io.icestream.schema.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Makes the bytes of records, broken ones included. */
final class Encoder {

    private static final int UNKNOWN_SCHEMA_OFFSET = 100_000;

    private final SyntheticWeather weather;
    private final int schemaId;

    Encoder(SyntheticWeather weather, int schemaId) {
        this.weather = weather;
        this.schemaId = schemaId;
    }

    /**
     * Encodes a record.
     *
     * @param arrival what arrives
     * @return the record's value
     */
    byte[] encode(Arrival arrival) {
        Instant time = Instant.ofEpochSecond(arrival.eventMinute() * 60);
        return switch (arrival.kind()) {
            case GARBAGE ->
                ("{\"station\": \"" + arrival.station() + "\", \"time\": \"" + time + "\", \"temp").getBytes(UTF_8);
            case UNKNOWN_SCHEMA -> observation(schemaId + UNKNOWN_SCHEMA_OFFSET, arrival.station(), time, arrival);
            case UNKNOWN_STATION -> observation(schemaId, "GHOST", time, arrival);
            case OFF_GRID -> observation(schemaId, arrival.station(), time.plusSeconds(17), arrival);
            case FROM_THE_FUTURE ->
                observation(schemaId, arrival.station(), time.plus(Duration.ofDays(365 * 70)), arrival);
            default -> observation(schemaId, arrival.station(), time, arrival);
        };
    }

    private byte[] observation(int id, String label, Instant time, Arrival arrival) {
        Station station = Station.NETWORK.stream()
                .filter(known -> known.label().equals(arrival.station()))
                .findFirst()
                .orElseThrow();
        Map<String, Double> values = weather.at(station, arrival.eventMinute());
        return AvroWire.encode(id, new Observation(label, time, values));
    }
}
