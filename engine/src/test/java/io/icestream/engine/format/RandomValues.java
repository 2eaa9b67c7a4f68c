package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Values drawn from a seeded source, for tests that write and read them back. */
final class RandomValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String[] WORDS = {
        "", "a", "time", "été", "\uD83E\uDDCA ice", "a b/c", "x".repeat(300), "\uFFFD"
    };

    private RandomValues() {}

    static String text(SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)] + random.nextInt(1000);
    }

    static Bytes bytes(SplittableRandom random, int atMost) {
        byte[] content = new byte[random.nextInt(atMost + 1)];
        random.nextBytes(content);
        return Bytes.wrap(content);
    }

    static Instant time(SplittableRandom random) {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000) * 1000L);
    }

    // Metadata

    static SortedMap<String, JsonNode> metadata(SplittableRandom random) {
        TreeMap<String, JsonNode> metadata = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            metadata.put(text(random), json(random, 3));
        }
        return metadata;
    }

    static JsonNode json(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> integer(random);
            case 3 -> floating(random);
            case 4 -> JSON.textNode(text(random).repeat(random.nextInt(3)));
            case 5 -> array(random, depth - 1);
            case 6 -> numbers(random);
            default -> object(random, depth - 1);
        };
    }

    private static JsonNode integer(SplittableRandom random) {
        long bits = random.nextLong() >>> random.nextInt(64);
        return switch (random.nextInt(3)) {
            case 0 -> JSON.numberNode(new BigInteger(Long.toUnsignedString(bits)));
            case 1 -> JSON.numberNode(bits);
            default -> JSON.numberNode(-(bits >>> 1));
        };
    }

    private static JsonNode floating(SplittableRandom random) {
        return random.nextBoolean()
                ? JSON.numberNode(random.nextInt(1000) / 8f)
                : JSON.numberNode(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
    }

    private static ArrayNode array(SplittableRandom random, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            array.add(json(random, depth));
        }
        return array;
    }

    /** Numbers of one kind, or booleans, for which there are typed vectors. */
    private static ArrayNode numbers(SplittableRandom random) {
        ArrayNode array = JSON.arrayNode();
        int kind = random.nextInt(4);
        for (int i = random.nextInt(7); i > 0; i--) {
            long magnitude = random.nextLong() >>> (1 + random.nextInt(63));
            switch (kind) {
                case 0 -> array.add(magnitude);
                case 1 -> array.add(-1 - magnitude);
                case 2 -> array.add(floating(random));
                default -> array.add(random.nextBoolean());
            }
        }
        return array;
    }

    private static ObjectNode object(SplittableRandom random, int depth) {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.set(text(random), json(random, depth));
        }
        return object;
    }

    // References

    /** References of an array of up to four dimensions; entries reach beyond 2^31. */
    static SortedMap<ChunkIndex, ChunkReference> references(SplittableRandom random, int count) {
        TreeMap<ChunkIndex, ChunkReference> references = new TreeMap<>();
        int rank = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            references.put(chunkIndex(random, rank), reference(random));
        }
        return references;
    }

    static ChunkIndex chunkIndex(SplittableRandom random, int rank) {
        return ChunkIndex.of(IntStream.range(0, rank)
                .mapToLong(k -> random.nextBoolean() ? random.nextInt(5) : random.nextLong(0xFFFF_FFFFL))
                .toArray());
    }

    static ChunkReference reference(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> new ChunkReference.Inline(bytes(random, 40));
            case 1 -> new ChunkReference.Native(ChunkId.random(random), random.nextInt(3), random.nextInt(1 << 20));
            default ->
                new ChunkReference.Virtual(
                        "s3://bucket/" + text(random),
                        random.nextLong(1L << 40),
                        random.nextInt(1 << 20),
                        checksum(random));
        };
    }

    private static Optional<VirtualChecksum> checksum(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new VirtualChecksum.EntityTag('"' + text(random) + '"'));
            default ->
                Optional.of(new VirtualChecksum.LastModified(Instant.ofEpochSecond(1 + random.nextLong(0xFFFF_FFFFL))));
        };
    }

    // Snapshots

    static Snapshot snapshot(SplittableRandom random) {
        List<ManifestFile> files = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            files.add(new ManifestFile(
                    ManifestId.random(random), random.nextLong(1L << 40), random.nextLong(0xFFFF_FFFFL)));
        }
        TreeMap<NodePath, Node> nodes = new TreeMap<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            NodePath path = NodePath.ofStored("/" + text(random) + "/" + random.nextInt(5));
            NodeData data = random.nextInt(3) == 0 ? new NodeData.Group() : array(random, files);
            nodes.put(path, new Node(NodeId.random(random), path, bytes(random, 200), data));
        }
        return Snapshot.of(
                SnapshotId.random(random), time(random), text(random), metadata(random), nodes.values(), files);
    }

    private static NodeData.Array array(SplittableRandom random, List<ManifestFile> files) {
        int rank = random.nextInt(4);
        List<DimensionShape> shape = new ArrayList<>();
        List<Optional<String>> names = new ArrayList<>();
        List<ManifestReference> references = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            shape.add(new DimensionShape(random.nextLong(Long.MAX_VALUE), random.nextLong(0xFFFF_FFFFL)));
            names.add(random.nextBoolean() ? Optional.of(text(random)) : Optional.empty());
        }
        for (int i = files.isEmpty() ? 0 : random.nextInt(3); i > 0; i--) {
            List<ChunkIndexRange> extents = new ArrayList<>();
            for (int k = 0; k < rank; k++) {
                long from = random.nextLong(0x8000_0000L);
                extents.add(new ChunkIndexRange(from, from + random.nextLong(0x7FFF_FFFFL)));
            }
            references.add(new ManifestReference(
                    files.get(random.nextInt(files.size())).id(), extents));
        }
        return new NodeData.Array(shape, random.nextBoolean() ? Optional.of(names) : Optional.empty(), references);
    }

    static List<SnapshotEntry> snapshotEntries(SplittableRandom random, int count) {
        List<SnapshotEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Optional<SnapshotId> parent = i == 0 || random.nextInt(10) == 0
                    ? Optional.empty()
                    : Optional.of(entries.get(random.nextInt(i)).id());
            List<SnapshotId> pruned = IntStream.range(0, random.nextInt(3))
                    .mapToObj(k -> SnapshotId.random(random))
                    .toList();
            entries.add(new SnapshotEntry(
                    SnapshotId.random(random), parent, time(random), text(random), metadata(random), pruned));
        }
        return entries;
    }

    // Ops log

    static RepositoryStatus status(SplittableRandom random) {
        RepositoryStatus.Availability[] all = RepositoryStatus.Availability.values();
        return new RepositoryStatus(
                all[random.nextInt(all.length)],
                time(random),
                random.nextBoolean() ? Optional.empty() : Optional.of(text(random)));
    }

    static Update update(SplittableRandom random) {
        return new Update(
                updateKind(random), time(random), random.nextBoolean() ? Optional.empty() : Optional.of(text(random)));
    }

    private static UpdateKind updateKind(SplittableRandom random) {
        SnapshotId id = SnapshotId.random(random);
        String name = text(random);
        return switch (random.nextInt(16)) {
            case 0 -> new UpdateKind.RepositoryInitialized();
            case 1 -> new UpdateKind.RepositoryMigrated(random.nextInt(3), random.nextInt(3));
            case 2 -> new UpdateKind.ConfigChanged();
            case 3 -> new UpdateKind.MetadataChanged();
            case 4 -> new UpdateKind.TagCreated(name);
            case 5 -> new UpdateKind.TagDeleted(name, id);
            case 6 -> new UpdateKind.BranchCreated(name);
            case 7 -> new UpdateKind.BranchDeleted(name, id);
            case 8 -> new UpdateKind.BranchReset(name, id);
            case 9 -> new UpdateKind.NewCommit(name, id);
            case 10 -> new UpdateKind.CommitAmended(name, id, SnapshotId.random(random));
            case 11 -> new UpdateKind.NewDetachedSnapshot(id);
            case 12 -> new UpdateKind.GarbageCollected();
            case 13 -> new UpdateKind.ExpirationRan();
            case 14 ->
                new UpdateKind.FeatureFlagChanged(
                        random.nextInt(0x10000),
                        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextBoolean()));
            default -> new UpdateKind.StatusChanged(status(random));
        };
    }

    // Transaction logs

    static TransactionLog transactionLog(SplittableRandom random) {
        TreeMap<NodeId, List<ChunkIndex>> chunks = new TreeMap<>();
        List<TransactionLog.Move> moves = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int rank = random.nextInt(4);
            chunks.put(
                    NodeId.random(random),
                    IntStream.range(0, random.nextInt(20))
                            .mapToObj(k -> chunkIndex(random, rank))
                            .toList());
            moves.add(new TransactionLog.Move(
                    NodePath.of("/a" + random.nextInt(9)),
                    NodePath.of("/b" + (random.nextBoolean() ? "/c" : "-c") + random.nextInt(1000)),
                    NodeId.random(random),
                    random.nextBoolean() ? NodeKind.GROUP : NodeKind.ARRAY));
        }
        return new TransactionLog(
                SnapshotId.random(random),
                ids(random),
                ids(random),
                ids(random),
                ids(random),
                ids(random),
                ids(random),
                chunks,
                moves);
    }

    private static SortedSet<NodeId> ids(SplittableRandom random) {
        TreeSet<NodeId> ids = new TreeSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            ids.add(NodeId.random(random));
        }
        return ids;
    }
}
