package io.icestream.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;

/** The compatibility levels of a subject, as Confluent's registry names them. */
enum Compatibility {
    NONE,
    BACKWARD,
    BACKWARD_TRANSITIVE,
    FORWARD,
    FORWARD_TRANSITIVE,
    FULL,
    FULL_TRANSITIVE;

    static Compatibility parse(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        42203, "Invalid compatibility level '" + name + "': one of " + Arrays.toString(values())));
    }

    /** Tells whether a schema may follow others, which are given oldest first. */
    boolean allows(Schema next, List<Schema> earlier) {
        if (this == NONE || earlier.isEmpty()) {
            return true;
        }
        List<Schema> newestFirst = new ArrayList<>(earlier);
        Collections.reverse(newestFirst);
        try {
            validator().validate(next, newestFirst);
            return true;
        } catch (SchemaValidationException incompatible) {
            return false;
        }
    }

    private SchemaValidator validator() {
        SchemaValidatorBuilder builder = new SchemaValidatorBuilder();
        String strategy = name().replace("_TRANSITIVE", "");
        switch (strategy) {
            case "BACKWARD" -> builder.canReadStrategy();
            case "FORWARD" -> builder.canBeReadStrategy();
            default -> builder.mutualReadStrategy();
        }
        return name().endsWith("_TRANSITIVE") ? builder.validateAll() : builder.validateLatest();
    }
}
