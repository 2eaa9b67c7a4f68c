/**
 * From the bytes of a record to a row in columns.
 *
 * <p>Values come in registry wire format: a zero byte, the schema's id in four bytes, Avro binary ({@link
 * io.icestream.ingest.decode.AvroWire}). For each schema id, {@link
 * io.icestream.ingest.decode.ObservationDecoder} compiles the writer's
 * schema and the data set's field mapping once into a flat program of reads and skips, and runs it over the bytes of every record: no
 * object is made per observation. Schemas come from {@link io.icestream.ingest.decode.RegistryClient}.
 */
@NullMarked
package io.icestream.ingest.decode;

import org.jspecify.annotations.NullMarked;
