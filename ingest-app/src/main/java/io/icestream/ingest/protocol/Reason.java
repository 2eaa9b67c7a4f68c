package io.icestream.ingest.protocol;

/** Why a record or a row does not reach the arrays. The names are part of dead letters and metrics. */
public enum Reason {
    /** The value is no record of the schema that it names: cut, damaged, or not in registry wire format. */
    DESERIALIZE,
    /** The registry knows no usable schema of that id. */
    SCHEMA_UNKNOWN,
    /** The schema lacks a field that the data set maps, or has it in a type that cannot be used. */
    SCHEMA_UNMAPPED,
    /** A field holds something that cannot be stored, for instance an integer beyond the variable's type. */
    VALUE,
    /** The event time is null or absent. */
    TIME_MISSING,
    /** The event time lies between two slots and the data set wants exact times. */
    OFF_GRID,
    /** The event time lies before the origin of the time axis. */
    BEFORE_ORIGIN,
    /** The event time lies too far ahead of the time at which the record was appended. */
    FUTURE_TIMESTAMP,
    /** The station is not on the axis. */
    UNKNOWN_STATION,
    /** The window can no longer change. */
    LATE,
    /** The row does not fit into one block. */
    TOO_LARGE,
    /** The data set is told to drop such rows. */
    DROPPED
}
