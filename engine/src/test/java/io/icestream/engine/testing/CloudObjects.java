package io.icestream.engine.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of one bucket or container, and the uploads that have begun. Thread-safe: one lock for all conditions. */
final class CloudObjects {
    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, Map<String, byte[]>> blocks = new HashMap<>();
    private long lastVersion = 1_700_000_000_000_000L;

    /** An object; notes hold user metadata and storage class. */
    record Stored(ByteBuffer content, long version, Instant lastModified, Map<String, String> notes) {
        byte[] bytes() {
            return S3Objects.array(content);
        }
    }

    /** What a write asks of the object that is there, of which it is given the version, or 0 if there is none. */
    interface Condition {
        void require(long version);
    }

    /** An upload that takes its bytes in order. */
    record Session(String key, Map<String, String> notes, Condition condition, ByteArrayOutputStream bytes) {}

    synchronized Optional<Stored> find(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    synchronized Stored put(String key, byte[] bytes, Map<String, String> notes, Condition condition) {
        @Nullable Stored present = objects.get(key);
        condition.require(present == null ? 0 : present.version);
        Stored stored =
                new Stored(ByteBuffer.wrap(bytes), ++lastVersion, Instant.now().truncatedTo(ChronoUnit.SECONDS), notes);
        objects.put(key, stored);
        return stored;
    }

    /** The original is looked at and copied under the lock. */
    synchronized Stored copy(String from, String to, Condition condition, Map<String, String> notes) {
        @Nullable Stored original = objects.get(from);
        condition.require(original == null ? 0 : original.version);
        Map<String, String> all = new TreeMap<>(original == null ? Map.of() : original.notes);
        all.putAll(notes);
        return put(to, original == null ? new byte[0] : original.bytes(), all, version -> {});
    }

    synchronized boolean delete(String key) {
        return objects.remove(key) != null;
    }

    synchronized List<Map.Entry<String, Stored>> list(String prefix, String after) {
        List<Map.Entry<String, Stored>> found = new ArrayList<>();
        objects.forEach((key, stored) -> {
            if (key.startsWith(prefix) && key.compareTo(after) > 0) {
                found.add(Map.entry(key, stored));
            }
        });
        return found;
    }

    synchronized String begin(String key, Map<String, String> notes, Condition condition) {
        String id = "session-" + (sessions.size() + 1);
        sessions.put(id, new Session(key, notes, condition, new ByteArrayOutputStream()));
        return id;
    }

    synchronized Optional<Session> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    synchronized void end(String id) {
        sessions.remove(id);
    }

    synchronized int unfinished() {
        return sessions.size();
    }

    synchronized void block(String key, String id, byte[] bytes) {
        blocks.computeIfAbsent(key, any -> new HashMap<>()).put(id, bytes);
    }

    /** Joins blocks and forgets all of the key; empty if one is missing. */
    synchronized Optional<Stored> join(String key, List<String> ids, Map<String, String> notes, Condition condition) {
        @Nullable Stored present = objects.get(key);
        condition.require(present == null ? 0 : present.version);
        Map<String, byte[]> there = blocks.getOrDefault(key, Map.of());
        if (!there.keySet().containsAll(ids)) {
            return Optional.empty();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ids.forEach(id -> all.writeBytes(there.get(id)));
        blocks.remove(key);
        return Optional.of(put(key, all.toByteArray(), notes, condition));
    }
}
