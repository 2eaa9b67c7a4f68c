package io.icestream.ingest.decode;

import io.icestream.ingest.config.DatasetSettings;
import java.util.Optional;
import org.apache.avro.Schema;

/** Whether records of a schema can be placed in a data set, before any of them is read. */
public final class MappingCheck {

    private MappingCheck() {}

    /**
     * Compares a schema with the mapped fields.
     *
     * @param schema a writer's schema
     * @param dataset which fields become what
     * @return what is wrong, in words that follow the schema's name; empty if every mapped field is there in a type that can be used
     */
    public static Optional<String> problem(Schema schema, DatasetSettings dataset) {
        try {
            Program unused = ProgramCompiler.compile(
                    schema,
                    FieldMapping.of(dataset),
                    new TimeReading(dataset.time().format()),
                    new ByteKeyTable(dataset.stations().labels()));
            return Optional.empty();
        } catch (UnmappedFieldException unmapped) {
            return Optional.of(String.valueOf(unmapped.getMessage()));
        }
    }
}
