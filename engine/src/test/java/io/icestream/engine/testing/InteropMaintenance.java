package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.CompactRequest;
import io.icestream.engine.maintenance.Compaction;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.ManifestRewrite;
import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.RewriteRequest;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Does one step of maintenance after the other on a repository in a folder, as {@code interop/maintenance_interop.py} says, and
 * answers each with all that can be seen. Between the steps the reference client does the same kinds of things.
 *
 * <p>Argument: the folder. A command per line on standard input, an answer in JSON per line on standard output: {@code create},
 * {@code write ROW VALUE}, {@code tag NAME}, {@code expire}, {@code gc}, {@code rewrite ROWS}, {@code amend ROWS},
 * {@code compact}, {@code look}.
 */
public final class InteropMaintenance {
    private static final NodePath GRID = NodePath.of("/grid");
    private static final int ROWS = 24;
    private static final int COLUMNS = 60;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private InteropMaintenance() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments the folder
     * @throws IOException if standard input fails
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ", -1);
            try (Storage storage = LocalStorage.open(Path.of(arguments[0]), Durability.PROCESS);
                    Repository repository = open(storage, command)) {
                step(repository, command);
                System.out.println(look(repository));
            }
        }
    }

    private static Repository open(Storage storage, String[] command) {
        RepositoryOptions options = RepositoryOptions.defaults().withParallelism(2);
        if (command[0].equals("create")) {
            return Repository.create(
                    storage, options.withConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(16)));
        }
        return Repository.open(
                storage,
                command[0].equals("rewrite") || command[0].equals("amend")
                        ? options.withConfig(splitting(Integer.parseInt(command[1])))
                        : options);
    }

    private static RepositoryConfig splitting(int rows) {
        return RepositoryConfig.DEFAULT.withSplitRules(List.of(new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), rows)))));
    }

    private static void step(Repository repository, String[] command) {
        switch (command[0]) {
            case "create" -> create(repository);
            case "write" -> write(repository, Integer.parseInt(command[1]), Integer.parseInt(command[2]));
            case "tag" ->
                repository.createTag(command[1], repository.findBranch("main").orElseThrow());
            case "expire" -> new Expiration(repository).run(ExpireRequest.olderThan(Instant.now()));
            case "gc" -> new GarbageCollector(repository).run(CollectRequest.olderThan(Instant.now()), Progress.NONE);
            case "rewrite" -> new ManifestRewrite(repository).run(RewriteRequest.of("main"), Progress.NONE);
            case "amend" ->
                new ManifestRewrite(repository)
                        .run(RewriteRequest.of("main").withMethod(RewriteRequest.Method.AMEND), Progress.NONE);
            case "compact" ->
                new Compaction(repository)
                        .run(
                                CompactRequest.of("main").withSizes(new CompactRequest.Sizes(400, 1600, 2, 1 << 20)),
                                Progress.NONE);
            case "look" -> {}
            default -> throw new IllegalArgumentException("Unknown command " + command[0]);
        }
    }

    private static void create(Repository repository) {
        WritableSession session = repository.writableSession("main");
        ZarrGroup root = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
        root.createArray(
                "grid",
                ArrayMetadata.builder(DataType.INT32, new long[] {ROWS, COLUMNS}, new long[] {1, 20})
                        .codecs(CodecChain.uncompressed(DataType.INT32))
                        .build());
        session.commit(CommitRequest.of("grid")).orThrow();
    }

    private static void write(Repository repository, int row, int value) {
        WritableSession session = repository.writableSession("main");
        int[] values = new int[COLUMNS];
        Arrays.fill(values, value);
        ZarrArray.open(session, GRID).write(new long[] {row, 0}, NdArray.of(values, 1, COLUMNS));
        session.commit(CommitRequest.of("write " + value)).orThrow();
    }

    private static ObjectNode look(Repository repository) {
        ObjectNode seen = JSON.objectNode();
        ObjectNode refs = seen.putObject("refs");
        repository.branches().keySet().forEach(name -> refs.set(name, ref(repository, Version.branch(name))));
        repository.tags().keySet().forEach(name -> refs.set(name, ref(repository, Version.tag(name))));
        seen.put("manifests", repository.manifestFiles(Version.branch("main")).size());
        seen.put(
                "packed",
                repository
                        .readonlySession(Version.branch("main"))
                        .chunks(GRID)
                        .filter(chunk ->
                                chunk.getValue() instanceof ChunkReference.Native stored && stored.offset() > 0)
                        .count());
        ArrayNode findings = seen.putArray("findings");
        new Verification(repository)
                .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE)
                .findings()
                .forEach(finding -> findings.add(finding.toString()));
        return seen;
    }

    private static ObjectNode ref(Repository repository, Version version) {
        Session session = repository.readonlySession(version);
        ObjectNode ref = JSON.objectNode();
        ArrayNode history = ref.putArray("history");
        repository.history(session.snapshotId()).forEach(entry -> history.add(entry.message()));
        ArrayNode values = ref.putArray("values");
        for (int value : ZarrArray.open(session, GRID).readAll().ints()) {
            values.add(value);
        }
        return ref;
    }
}
