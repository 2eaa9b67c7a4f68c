package io.icestream.ingest.config;

import java.util.List;
import java.util.Optional;

/**
 * A fixed list of places.
 *
 * @param name name of the dimension and of its coordinate array
 * @param field field of the record that holds the label
 * @param labels labels in the order of the axis, without repetition
 * @param coordinates latitude and longitude by label, in the same order, if known
 */
public record StationAxis(String name, String field, List<String> labels, Optional<Coordinates> coordinates) {

    public StationAxis {
        labels = List.copyOf(labels);
    }

    /**
     * Positions of the stations, one entry per label.
     *
     * @param latitude degrees north
     * @param longitude degrees east
     */
    public record Coordinates(List<Double> latitude, List<Double> longitude) {

        public Coordinates {
            latitude = List.copyOf(latitude);
            longitude = List.copyOf(longitude);
        }
    }
}
