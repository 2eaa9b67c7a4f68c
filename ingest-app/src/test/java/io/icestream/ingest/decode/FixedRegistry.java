package io.icestream.ingest.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** A registry in memory; ids count from 1. */
final class FixedRegistry implements RegistryClient {

    private final List<Schema> schemas = new ArrayList<>();
    private boolean down;

    FixedRegistry(Schema... schemas) {
        this.schemas.addAll(List.of(schemas));
    }

    void down(boolean isDown) {
        down = isDown;
    }

    @Override
    public Schema byId(int id) {
        if (down) {
            throw new RegistryUnavailableException("The registry is down");
        }
        if (id < 1 || id > schemas.size()) {
            throw new SchemaNotFoundException("No schema " + id);
        }
        return schemas.get(id - 1);
    }

    @Override
    public int register(String subject, Schema schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    @Override
    public Optional<RegisteredSchema> latest(String subject) {
        return schemas.isEmpty()
                ? Optional.empty()
                : Optional.of(new RegisteredSchema(schemas.size(), schemas.get(schemas.size() - 1)));
    }
}
