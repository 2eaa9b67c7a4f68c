package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ByteRequest;
import io.icestream.engine.store.ZarrStore;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.ZarrException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes random calls of a {@link ZarrStore} and writes down each with its answer, for {@code interop/store_interop.py} to make the same
 * calls of the reference client's store.
 *
 * <p>Left out is where the two differ on purpose, see {@link ZarrStore}. A shrunk array is committed at once, because until then the
 * reference lists chunks that it does not read any more.
 *
 * <p>Arguments: the file to write, the number of seeds, the number of calls per seed.
 */
public final class InteropStore {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> GROUPS = List.of("", "g", "g/h", "x/y", "gé");
    private static final List<String> ARRAYS = List.of("a", "g/a", "g/scalar", "g/h/b", "x/y/c");

    private final Random random;
    private final Repository repository;
    private final ArrayNode calls = JSON.arrayNode();
    private Session session;
    private ZarrStore store;

    private InteropStore(long seed, Repository repository) {
        this.random = new Random(seed);
        this.repository = repository;
        this.session = repository.writableSession("main");
        this.store = ZarrStore.of(session);
    }

    /**
     * Writes the calls down.
     *
     * @param arguments as above
     * @throws IOException if that fails
     */
    public static void main(String[] arguments) throws IOException {
        ArrayNode runs = JSON.arrayNode();
        for (long seed = 1; seed <= Long.parseLong(arguments[1]); seed++) {
            try (Repository repository = Repository.create(
                    new InMemoryStorage("store", InstantSource.system()), RepositoryOptions.defaults())) {
                InteropStore run = new InteropStore(seed, repository);
                run.make(Integer.parseInt(arguments[2]));
                runs.addObject().put("seed", seed).set("calls", run.calls);
            }
        }
        Files.writeString(Path.of(arguments[0]), MAPPER.writeValueAsString(runs));
    }

    private void make(int count) {
        for (int i = 0; i < count; i++) {
            makeOne();
        }
        commit();
        session = repository.readonlySession(Version.branch("main"));
        store = ZarrStore.of(session);
        call("reopen", JSON.objectNode().put("mode", "read"), () -> null);
        for (int i = 0; i < count / 10; i++) {
            makeOne();
        }
        list("list", "");
        call("size_prefix", JSON.objectNode().put("prefix", ""), () -> store.sizeBytesBelow(""));
    }

    private void makeOne() {
        int kind = random.nextInt(100);
        if (kind < 18) {
            setDocument();
        } else if (kind < 43) {
            String key = key();
            set(key.contains(".z") || random.nextBoolean() ? "set" : "set_if_not_exists", key, value());
        } else if (kind < 60) {
            read(key());
        } else if (kind < 70) {
            look(key());
        } else if (kind < 80) {
            delete();
        } else if (kind < 97) {
            list(random.nextBoolean() ? "list" : "list_dir", prefix());
        } else if (session instanceof WritableSession) {
            commit();
        }
    }

    private void setDocument() {
        boolean array = random.nextInt(3) > 0;
        String path = pick(array ? ARRAYS : GROUPS);
        String key = path.isEmpty() ? "zarr.json" : path + "/zarr.json";
        int form = random.nextInt(20);
        byte[] document = array == (form > 0)
                ? arrayDocument(path)
                : GroupMetadata.empty().toJson();
        if (form == 1) {
            document = (new String(document, UTF_8) + " ").getBytes(UTF_8);
        } else if (form == 2) {
            document = "no document".getBytes(UTF_8);
        }
        if (!array && form == 0) {
            return; // an array above others, which only the reference takes
        }
        List<Long> before = lengths(path);
        set(random.nextInt(4) > 0 ? "set" : "set_if_not_exists", key, document);
        List<Long> after = lengths(path);
        for (int axis = 0; axis < Math.min(before.size(), after.size()); axis++) {
            if (after.get(axis) < before.get(axis)) {
                commit();
                return;
            }
        }
    }

    private byte[] arrayDocument(String path) {
        int rank = rank(path);
        long[] shape = new long[rank];
        long[] chunks = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = 2L * (1 + random.nextInt(13));
            chunks[axis] = 2;
        }
        return ArrayMetadata.builder(DataType.UINT8, shape, chunks).build().toJson();
    }

    private static int rank(String path) {
        return path.endsWith("scalar") ? 0 : path.equals("a") ? 1 : 2;
    }

    private List<Long> lengths(String path) {
        return session.findNode(NodePath.of("/" + path))
                .filter(node -> node.data() instanceof NodeData.Array)
                .map(node -> ((NodeData.Array) node.data())
                        .shape().stream()
                                .map(dimension -> dimension.arrayLength())
                                .toList())
                .orElse(List.of());
    }

    private void commit() {
        if (session instanceof WritableSession writable) {
            call("changes", JSON.objectNode(), writable::hasChanges);
            writable.commit(CommitRequest.of("step").allowEmpty()).orThrow();
            session = repository.writableSession("main");
            store = ZarrStore.of(session);
            call("reopen", JSON.objectNode().put("mode", "write"), () -> null);
        }
    }

    private void set(String operation, String key, byte[] value) {
        ObjectNode arguments = JSON.objectNode().put("key", key);
        arguments.put("value", value);
        call(operation, arguments, () -> {
            if (operation.equals("set")) {
                store.set(key, ByteBuffer.wrap(value));
            } else {
                store.setIfAbsent(key, ByteBuffer.wrap(value));
            }
            return null;
        });
    }

    private void read(String key) {
        boolean document = key.endsWith("zarr.json");
        long size = document && store.exists(key) ? store.sizeBytes(key) : 20;
        long start = random.nextInt((int) size);
        long end = start + random.nextInt((int) (size - start) + (document ? 1 : 30));
        ObjectNode arguments = JSON.objectNode().put("key", key);
        ByteRequest bytes = switch (random.nextInt(document ? 3 : 4)) {
            case 0 -> ByteRequest.whole();
            case 1 -> {
                arguments.putArray("range").add(start).add(end);
                yield ByteRequest.range(start, end);
            }
            case 2 -> {
                arguments.put("offset", start);
                yield ByteRequest.offset(start);
            }
            default -> {
                arguments.put("suffix", start);
                yield ByteRequest.suffix(start);
            }
        };
        call("get", arguments, () -> store.find(key, bytes).map(InteropStore::bytes));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private void look(String key) {
        if (key.contains(".z")) {
            return; // an error in the reference, though its get finds nothing
        }
        ObjectNode arguments = JSON.objectNode().put("key", key);
        if (random.nextBoolean()) {
            call("exists", arguments, () -> store.exists(key));
        } else {
            call("size", arguments, () -> store.sizeBytes(key));
        }
    }

    private void delete() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            call("clear", JSON.objectNode(), () -> {
                store.clear();
                return null;
            });
        } else if (kind < 6) {
            String prefix = prefix();
            call("delete_dir", JSON.objectNode().put("prefix", prefix), () -> {
                store.deleteDirectory(prefix);
                return null;
            });
        } else {
            String key = key();
            call("delete", JSON.objectNode().put("key", key), () -> {
                store.delete(key);
                return null;
            });
        }
    }

    private void list(String operation, String prefix) {
        call(operation, JSON.objectNode().put("prefix", prefix), () -> {
            try (Stream<String> names = operation.equals("list") ? store.list(prefix) : store.listDirectory(prefix)) {
                return names.sorted().toList();
            }
        });
        if (operation.equals("list") && random.nextInt(4) == 0) {
            call("size_prefix", JSON.objectNode().put("prefix", prefix), () -> store.sizeBytesBelow(prefix));
        }
    }

    /** Of a chunk mostly, inside its array or not; of a document; or nonsense. */
    private String key() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return pick(List.of(
                    "foo", "g/foo", "", "g", "g/a", "a/c/", "a/c/-1", "a/c/4294967296", "a/c/x/0", "zarr.json/"));
        } else if (kind == 1) {
            return pick(List.of("g/.zgroup", ".zmetadata", "a/.zarray"));
        } else if (kind < 5) {
            String path = pick(random.nextBoolean() ? ARRAYS : GROUPS);
            return path.isEmpty() ? "zarr.json" : path + "/zarr.json";
        } else if (kind == 5) {
            return pick(List.of("g/c/0", "c/1", "nothing/c/0", "g/h/c"));
        }
        String path = pick(ARRAYS);
        StringBuilder key = new StringBuilder(path).append("/c");
        for (int axis = 0; axis < rank(path); axis++) {
            key.append('/').append(random.nextInt(14));
        }
        return key.toString();
    }

    private String prefix() {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return pick(List.of("x", "x/", "nothing", "g/z", "zarr.json", "g/zarr.json", "a/c/foo"));
        } else if (kind < 5) {
            return pick(random.nextBoolean() ? ARRAYS : GROUPS) + (random.nextInt(3) == 0 ? "/" : "");
        }
        String path = pick(ARRAYS);
        StringBuilder prefix = new StringBuilder(path).append("/c");
        int entries = rank(path) == 0 ? 0 : random.nextInt(rank(path) + 1);
        for (int axis = 0; axis < entries; axis++) {
            prefix.append('/').append(random.nextInt(14));
        }
        return prefix + (random.nextInt(3) == 0 ? "/" : "");
    }

    private byte[] value() {
        int size = random.nextInt(12);
        byte[] value = new byte[size == 11 ? 600 : size];
        random.nextBytes(value);
        return value;
    }

    private String pick(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    private void call(String operation, ObjectNode arguments, Supplier<@Nullable Object> answer) {
        ObjectNode call = calls.addObject().put("call", operation);
        call.setAll(arguments);
        try {
            write(call, answer.get());
        } catch (IndexOutOfBoundsException e) {
            call.put("error", "range");
        } catch (AlreadyExistsException e) {
            call.put("error", "exists");
        } catch (NotFoundException e) {
            call.put("error", "absent");
        } catch (IllegalStateException e) {
            call.put("error", "read-only");
        } catch (IllegalArgumentException | ZarrException e) {
            call.put("error", "invalid");
        }
    }

    private static void write(ObjectNode call, @Nullable Object answer) {
        if (answer instanceof Optional<?> found) {
            found.ifPresent(bytes -> call.put("answer", Base64.getEncoder().encodeToString((byte[]) bytes)));
        } else if (answer instanceof List<?> names) {
            ArrayNode list = call.putArray("answer");
            new ArrayList<>(names).forEach(name -> list.add((String) name));
        } else if (answer instanceof Boolean truth) {
            call.put("answer", truth);
        } else if (answer instanceof Long number) {
            call.put("answer", number);
        }
    }
}
