package io.icestream.ingest.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * The registry wire format of Avro values.
 *
 * <pre>
 * 0  1  zero
 * 1  4  id of the writer's schema, big endian
 * 5  n  the value in Avro binary
 * </pre>
 */
public final class AvroWire {

    /** Bytes before the Avro binary. */
    public static final int HEADER_BYTES = 5;

    private AvroWire() {}

    /**
     * Tells whether a value can be in this format.
     *
     * @param value the value of a record
     * @return whether it begins with a zero byte and an id
     */
    public static boolean isFramed(byte[] value) {
        return value.length >= HEADER_BYTES && value[0] == 0;
    }

    /**
     * Reads the id of the writer's schema.
     *
     * @param value a framed value
     * @return the id
     */
    public static int schemaId(byte[] value) {
        return value[1] << 24 | (value[2] & 0xFF) << 16 | (value[3] & 0xFF) << 8 | (value[4] & 0xFF);
    }

    /**
     * Writes a record in its own schema.
     *
     * @param schemaId id of that schema in the registry
     * @param record a generic or specific record
     * @return the framed value
     */
    public static byte[] encode(int schemaId, IndexedRecord record) {
        GenericData model = record instanceof SpecificRecord ? SpecificData.get() : GenericData.get();
        @SuppressWarnings("unchecked") // the model writes whatever record it is the model of
        DatumWriter<IndexedRecord> writer = (DatumWriter<IndexedRecord>) model.createDatumWriter(record.getSchema());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(schemaId).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a record to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a record as Avro's own reader does. For tools and tests; observations go through {@link ObservationDecoder}.
     *
     * @param value a framed value
     * @param registry knows the writer's schema
     * @return the record
     * @throws IllegalArgumentException if the value is not framed or no record of that schema
     * @throws SchemaNotFoundException if the registry does not know the id
     * @throws RegistryUnavailableException if the registry does not answer
     */
    public static GenericRecord decode(byte[] value, RegistryClient registry) {
        if (!isFramed(value)) {
            throw new IllegalArgumentException("Cannot decode the value: it is not in registry wire format");
        }
        Schema schema = registry.byId(schemaId(value));
        try {
            return (GenericRecord) new GenericDatumReader<>(schema)
                    .read(
                            null,
                            DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("Cannot decode the value with schema " + schemaId(value) + ": " + e, e);
        }
    }
}
