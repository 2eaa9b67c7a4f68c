package io.icestream.ingest.config;

import java.util.Map;
import java.util.Optional;

/**
 * One data array.
 *
 * @param name name of the array
 * @param field field of the record; dots lead into nested records and maps
 * @param type type of the array's elements
 * @param fillValue value of cells without an observation; NaN for floats unless set
 * @param units CF {@code units}
 * @param longName CF {@code long_name}
 * @param standardName CF {@code standard_name}
 * @param attributes further attributes
 */
public record VariableSettings(
        String name,
        String field,
        CellType type,
        Number fillValue,
        Optional<String> units,
        Optional<String> longName,
        Optional<String> standardName,
        Map<String, Object> attributes) {

    public VariableSettings {
        attributes = Map.copyOf(attributes);
    }

    /** Types that a cell can have. */
    public enum CellType {
        INT8,
        INT16,
        INT32,
        INT64,
        UINT8,
        UINT16,
        UINT32,
        FLOAT32,
        FLOAT64;

        /** {@return whether a missing value can be told from a number by itself} */
        public boolean isFloat() {
            return this == FLOAT32 || this == FLOAT64;
        }
    }
}
