package io.icestream.ingest.topology;

import io.icestream.ingest.decode.AvroWire;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.decode.RegistryUnavailableException;
import io.icestream.ingest.decode.SchemaNotFoundException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Observations as Avro, and a registry that knows their one schema. */
public final class TestRecords implements RegistryClient {

    /** The schema of the observations. */
    public static final Schema SCHEMA = SchemaBuilder.record("Obs")
            .fields()
            .name("time")
            .type(org.apache.avro.LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
            .noDefault()
            .requiredString("station")
            .requiredDouble("temp")
            .endRecord();

    /** How many requests fail from now on. */
    public final AtomicInteger outage = new AtomicInteger();

    /** An observation so many minutes after slot 0. */
    public static byte[] encode(long minutes, String station, double temp) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("time", TestIngest.minute(minutes).toEpochMilli());
        record.put("station", station);
        record.put("temp", temp);
        return AvroWire.encode(1, record);
    }

    @Override
    public Schema byId(int id) {
        if (outage.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RegistryUnavailableException("registry is down for the test");
        }
        if (id != 1) {
            throw new SchemaNotFoundException("no schema " + id);
        }
        return SCHEMA;
    }

    @Override
    public int register(String subject, Schema schema) {
        return 1;
    }

    @Override
    public Optional<RegisteredSchema> latest(String subject) {
        return Optional.of(new RegisteredSchema(1, SCHEMA));
    }
}
