package io.icestream.broker;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Subjects, their versions, and the schemas by id. The same schema has one id, whatever its subject. Kept in a file if there is a
 * folder for it, written before a registration is answered. Safe to use from several threads.
 */
final class SchemaCatalog {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One version of a subject. */
    record Version(String subject, int version, int id, String schema) {}

    /** What is kept in the file; the id of a schema is its place in the list, from 1. */
    record State(
            int port,
            List<String> schemas,
            Map<String, List<Integer>> subjects,
            Map<String, Compatibility> levels,
            Compatibility level) {

        static final State EMPTY = new State(0, List.of(), Map.of(), Map.of(), Compatibility.BACKWARD);

        State withPort(int newPort) {
            return new State(newPort, schemas, subjects, levels, level);
        }
    }

    private final Optional<Path> file;

    // Guarded by this.
    private State state;

    SchemaCatalog(Optional<Path> file) throws IOException {
        this.file = file;
        this.state = file.isPresent() && Files.exists(file.get())
                ? JSON.readValue(file.get().toFile(), State.class)
                : State.EMPTY;
    }

    synchronized int lastPort() {
        return state.port();
    }

    synchronized void listensOn(int port) {
        become(state.withPort(port));
    }

    synchronized List<String> subjects() {
        return List.copyOf(new TreeMap<>(state.subjects()).keySet());
    }

    synchronized List<Integer> versions(String subject) {
        int count = ids(subject).size();
        return java.util.stream.IntStream.rangeClosed(1, count).boxed().toList();
    }

    synchronized String schema(int id) {
        if (id < 1 || id > state.schemas().size()) {
            throw RegistryException.noSchema(Integer.toString(id));
        }
        return state.schemas().get(id - 1);
    }

    synchronized Version version(String subject, String version) {
        List<Integer> ids = ids(subject);
        int number = version.equals("latest") ? ids.size() : parse(version);
        if (number < 1 || number > ids.size()) {
            throw RegistryException.noVersion(version);
        }
        int id = ids.get(number - 1);
        return new Version(subject, number, id, schema(id));
    }

    synchronized Version lookup(String subject, String schema) {
        int id = state.schemas().indexOf(canonical(schema)) + 1;
        int place = ids(subject).indexOf(id);
        if (place < 0) {
            throw RegistryException.noSchema("of subject '" + subject + "'");
        }
        return new Version(subject, place + 1, id, schema(id));
    }

    synchronized int register(String subject, String text) {
        String schema = canonical(text);
        List<Integer> ids = state.subjects().getOrDefault(subject, List.of());
        int id = state.schemas().indexOf(schema) + 1;
        if (id > 0 && ids.contains(id)) {
            return id;
        }
        if (!isCompatible(subject, text)) {
            throw new RegistryException(
                    409,
                    "Schema is not compatible (" + level(subject) + ") with the earlier ones of '" + subject + "'");
        }
        add(subject, schema, id);
        return state.schemas().indexOf(schema) + 1;
    }

    private synchronized void add(String subject, String schema, int knownId) {
        List<String> schemas = new ArrayList<>(state.schemas());
        if (knownId == 0) {
            schemas.add(schema);
        }
        Map<String, List<Integer>> subjects = new TreeMap<>(state.subjects());
        List<Integer> ids = new ArrayList<>(subjects.getOrDefault(subject, List.of()));
        ids.add(knownId == 0 ? schemas.size() : knownId);
        subjects.put(subject, ids);
        become(new State(state.port(), schemas, subjects, state.levels(), state.level()));
    }

    synchronized boolean isCompatible(String subject, String text) {
        List<Schema> earlier = state.subjects().getOrDefault(subject, List.of()).stream()
                .map(id -> parseSchema(schema(id)))
                .toList();
        return level(subject).allows(parseSchema(text), earlier);
    }

    synchronized Compatibility level(String subject) {
        return state.levels().getOrDefault(subject, state.level());
    }

    synchronized Compatibility level() {
        return state.level();
    }

    synchronized void setLevel(Compatibility level) {
        become(new State(state.port(), state.schemas(), state.subjects(), state.levels(), level));
    }

    synchronized void setLevel(String subject, Compatibility level) {
        Map<String, Compatibility> levels = new TreeMap<>(state.levels());
        levels.put(subject, level);
        become(new State(state.port(), state.schemas(), state.subjects(), levels, state.level()));
    }

    private synchronized List<Integer> ids(String subject) {
        List<Integer> ids = state.subjects().get(subject);
        if (ids == null) {
            throw RegistryException.noSubject(subject);
        }
        return ids;
    }

    private synchronized void become(State next) {
        try {
            if (file.isPresent()) {
                Path target = file.get();
                Path fresh = target.resolveSibling(target.getFileName() + ".new");
                JSON.writeValue(fresh.toFile(), next);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        state = next;
    }

    private static String canonical(String text) {
        return parseSchema(text).toString();
    }

    private static Schema parseSchema(String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException invalid) {
            throw new RegistryException(42201, "Invalid schema: " + invalid.getMessage());
        }
    }

    private static int parse(String version) {
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException invalid) {
            throw new RegistryException(42202, "Invalid version '" + version + "'");
        }
    }
}
