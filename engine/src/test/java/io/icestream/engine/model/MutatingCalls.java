package io.icestream.engine.model;

import static io.icestream.engine.model.Scene.A;
import static io.icestream.engine.model.Scene.B;
import static io.icestream.engine.model.Scene.C;
import static io.icestream.engine.model.Scene.G;
import static io.icestream.engine.model.Scene.array;
import static io.icestream.engine.model.Scene.bytes;
import static io.icestream.engine.model.Scene.inline;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.CommitUnknownException;
import io.icestream.engine.session.ContainerCheck;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Verdict;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.store.EmptyChunks;
import io.icestream.engine.store.SchemaUpdate;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.store.ZarrStore;
import io.icestream.engine.virtual.VirtualChunkColumns;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every public call that changes a repository, each at least once. {@link MutatingCallsTest} fails if a public method of the
 * engine is neither called here nor listed there as one that only reads.
 */
final class MutatingCalls {
    private static final Bytes DOCUMENT =
            Bytes.wrap("{\"zarr_format\":3,\"node_type\":\"group\"}".getBytes(StandardCharsets.UTF_8));

    /** Makes chunks that are too large to be stored inline. */
    private static final ArrayMetadata ENCODER = ArrayMetadata.builder(DataType.UINT8, new long[] {32}, new long[] {32})
            .codecs(CodecChain.uncompressed(DataType.UINT8))
            .build();

    private MutatingCalls() {}

    static Stream<MutatingCall> all() {
        return Stream.of(creation(), refs(), settings(), edits(), commits(), rearrangements(), arrays(), maintenance())
                .flatMap(List::stream);
    }

    private static List<MutatingCall> creation() {
        return List.of(
                MutatingCall.onNothing(
                        "create",
                        scene -> Repository.create(scene.storage, scene.options).close()),
                MutatingCall.onNothing(
                        "create in version 2 by name",
                        scene -> Repository.create(scene.storage, scene.options, SpecVersion.V2)
                                .close()),
                MutatingCall.onNothing(
                        "open or create",
                        scene -> Repository.openOrCreate(scene.storage, scene.options)
                                .close()),
                MutatingCall.onNothing(
                        "open or create in version 2 by name",
                        scene -> Repository.openOrCreate(scene.storage, scene.options, SpecVersion.V2)
                                .close()));
    }

    private static List<MutatingCall> refs() {
        return List.of(
                MutatingCall.of("create a branch", scene -> scene.repository().createBranch("b", scene.tip())),
                MutatingCall.of("delete a branch", scene -> scene.repository().deleteBranch("side")),
                MutatingCall.of("reset a branch", scene -> scene.repository().resetBranch("main", scene.ancestor(1))),
                MutatingCall.of("reset a branch from a tip", scene -> {
                    SnapshotId tip = scene.tip();
                    assertThat(scene.repository().resetBranch("main", scene.ancestor(2), tip))
                            .isInstanceOf(ResetOutcome.Reset.class);
                }),
                MutatingCall.of(
                        "create a tag",
                        scene -> assertThat(scene.repository().createTag("new", scene.tip()))
                                .isEqualTo(new TagOutcome.Created())),
                MutatingCall.of("delete a tag", scene -> scene.repository().deleteTag("t")));
    }

    private static List<MutatingCall> settings() {
        return List.of(
                MutatingCall.of("save the configuration in use", scene -> {
                    try (Repository other = scene.repository()
                            .reopen(scene.options.withConfig(
                                    RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(3)))) {
                        other.saveConfig();
                    }
                }),
                MutatingCall.of(
                        "save a configuration",
                        scene -> scene.repository()
                                .settings()
                                .saveConfig(RepositoryConfig.DEFAULT.withCompressionLevel(7))),
                MutatingCall.of(
                        "change the configuration",
                        scene -> scene.repository().settings().updateConfig(config -> config.withCompressionLevel(5))),
                MutatingCall.afterPreparing("remove metadata", scene -> {
                    scene.repository().settings().setMetadata(Map.of("n", IntNode.valueOf(1), "m", IntNode.valueOf(2)));
                    return () -> scene.repository().settings().removeMetadata(Set.of("n"));
                }),
                MutatingCall.of(
                        "set metadata",
                        scene -> scene.repository().settings().setMetadata(Map.of("n", IntNode.valueOf(1)))),
                MutatingCall.of(
                        "update metadata",
                        scene -> scene.repository().settings().updateMetadata(Map.of("m", IntNode.valueOf(2)))),
                MutatingCall.of(
                        "set the status",
                        scene -> scene.repository()
                                .settings()
                                .setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.of("crash"))),
                MutatingCall.of(
                        "set a feature",
                        scene -> scene.repository().settings().setFeature(Feature.MOVE_NODE, FeatureSetting.DISABLED)));
    }

    private static List<MutatingCall> edits() {
        return List.of(
                MutatingCall.of(
                        "transact",
                        scene -> scene.repository()
                                .transact("main", CommitRequest.of("edits"), session -> edit(scene, session))),
                MutatingCall.onSession(
                        "shift and reindex",
                        Scene::session,
                        session -> {
                            session.shiftArray(A, 3);
                            session.reindexArray(B, chunk -> Optional.of(ChunkIndex.of(chunk.at(0) + 5)));
                            session.reindexArray(C, MutatingCalls::transposed, MutatingCalls::transposed);
                        },
                        session -> session.commit(CommitRequest.of("shifted").allowEmpty())),
                MutatingCall.onSession(
                        "a document, and a chunk that was stored before",
                        Scene::session,
                        session -> {
                            session.setDocument(NodePath.of("/h"), DOCUMENT);
                            session.attach(B, ChunkIndex.of(3), inline("old"), Instant.EPOCH);
                        },
                        session -> session.commit(CommitRequest.of("references"))),
                MutatingCall.onSession(
                        "virtual chunks",
                        Scene::session,
                        MutatingCalls::setVirtual,
                        session -> session.commit(CommitRequest.of("virtual"))),
                MutatingCall.onSession(
                        "through the Zarr store",
                        Scene::session,
                        session -> {
                            ZarrStore store = ZarrStore.of(session);
                            store.set("h/zarr.json", DOCUMENT.asByteBuffer());
                            store.setIfAbsent("b/c/7", bytes("large, by its key"));
                            store.delete("b/c/0");
                            store.deleteDirectory("g/c");
                        },
                        session -> session.commit(CommitRequest.of("by keys"))),
                MutatingCall.onSession(
                        "clear the Zarr store",
                        Scene::session,
                        session -> ZarrStore.of(session).clear(),
                        session -> session.commit(CommitRequest.of("cleared"))),
                MutatingCall.onSession(
                        "discard and begin anew",
                        Scene::session,
                        session -> {
                            session.setChunk(B, ChunkIndex.of(5), bytes("large, and discarded"));
                            session.discardChanges();
                            session.setChunk(B, ChunkIndex.of(6), bytes("large, and kept"));
                        },
                        session -> session.commit(CommitRequest.of("after discarding"))));
    }

    private static void edit(Scene scene, WritableSession session) {
        session.createGroup(NodePath.of("/h"), GroupMetadata.empty());
        session.createArray(NodePath.of("/h/d"), array(3));
        session.updateGroup(
                G, GroupMetadata.of(JsonNodeFactory.instance.objectNode().put("k", 1)));
        session.updateArray(B, session.arrayMetadata(B).withShape(12));
        session.delete(A);
        session.setChunk(B, ChunkIndex.of(11), bytes("a large chunk"));
        session.setChunks(
                NodePath.of("/h/d"),
                List.of(ChunkIndex.of(0), ChunkIndex.of(2)),
                chunk -> bytes("a large chunk at " + chunk));
        session.setEncodedChunks(
                NodePath.of("/h/d"),
                List.of(ChunkIndex.of(1)),
                chunk -> ENCODER.encodeChunkFrom(new long[] {0}, ENCODER.fillChunk(), 0));
        session.attach(B, ChunkIndex.of(3), scene.repository().putChunk(bytes("put beforehand")));
        session.deleteChunk(B, ChunkIndex.of(0));
    }

    private static void setVirtual(WritableSession session) {
        session.setVirtualChunk(A, ChunkIndex.of(3), OutsideFile.letters(0, 3));
        assertThat(session.setVirtualChunks(
                        A,
                        Map.of(
                                ChunkIndex.of(4),
                                OutsideFile.letters(3, 1),
                                ChunkIndex.of(5),
                                OutsideFile.letters(4, 9)),
                        ContainerCheck.REQUIRED))
                .isEmpty();
        assertThat(session.setVirtualChunks(
                        B,
                        VirtualChunkColumns.of(
                                new int[] {2},
                                List.of(OutsideFile.location(), "vcc://outside/letters"),
                                new long[] {13, 20},
                                new long[] {7, 6}),
                        ContainerCheck.REQUIRED))
                .isEmpty();
    }

    private static Optional<ChunkIndex> transposed(ChunkIndex chunk) {
        return Optional.of(ChunkIndex.of(chunk.at(1), chunk.at(0)));
    }

    private static void change(WritableSession session) {
        session.setChunk(A, ChunkIndex.of(2), bytes("small 2"));
        session.setChunk(B, ChunkIndex.of(2), bytes("a large one again"));
        session.updateArray(B, session.arrayMetadata(B).withShape(12));
    }

    private static List<MutatingCall> commits() {
        return List.of(
                MutatingCall.onSession(
                        "commit",
                        Scene::session,
                        MutatingCalls::change,
                        session -> session.commit(CommitRequest.of("change"))),
                MutatingCall.onSession(
                        "commit with a key and a precondition",
                        Scene::session,
                        MutatingCalls::change,
                        session -> session.commit(CommitRequest.of("change")
                                .idempotencyKey("k")
                                .precondition(tip -> new Verdict.Proceed()))),
                MutatingCall.onSession(
                        "empty commit",
                        Scene::session,
                        session -> {},
                        session -> session.commit(CommitRequest.of("nothing").allowEmpty())),
                MutatingCall.afterARaceOnSession(
                        "commit that is rebased",
                        Scene::session,
                        session -> {
                            session.declareRead(A);
                            session.declareTreeRead(A);
                            session.declareChunksRead(B, List.of(new ChunkIndexRange(0, 5)));
                            change(session);
                        },
                        session -> session.commit(CommitRequest.of("late").solver(BasicConflictSolver.defaults()))),
                MutatingCall.afterPreparing("rebase, then commit", scene -> {
                    WritableSession session = scene.session();
                    scene.otherCommit();
                    return () -> {
                        change(session);
                        assertThat(session.rebase(new ConflictDetector())).isEmpty();
                        session.commit(CommitRequest.of("late")).orThrow();
                    };
                }),
                MutatingCall.afterPreparing("flush, publish, and publish again", scene -> () -> {
                    WritableSession session = scene.session();
                    change(session);
                    publishTwice(scene, session.flush(CommitRequest.of("flushed")));
                }),
                MutatingCall.onSession(
                        "amend",
                        Scene::session,
                        MutatingCalls::change,
                        session -> session.amend(AmendRequest.of("amended"))),
                MutatingCall.onSession(
                        "commit aside",
                        Scene::session,
                        MutatingCalls::change,
                        session -> session.commitDetached(CommitRequest.of("detached"))),
                MutatingCall.of("fork, merge and commit", scene -> {
                    WritableSession session = scene.session();
                    session.setChunk(B, ChunkIndex.of(4), bytes("large, by the parent"));
                    ForkedSession fork = scene.repository().openFork(session.fork());
                    fork.session().setChunk(A, ChunkIndex.of(4), bytes("large, by the fork"));
                    assertThat(session.merge(fork.changes(), new ConflictDetector()))
                            .isEmpty();
                    session.commit(CommitRequest.of("merged")).orThrow();
                }),
                MutatingCall.of("open a fork by its ticket", scene -> {
                    WritableSession session = scene.session();
                    ForkedSession fork = ForkedSession.open(scene.repository().context(), session.fork());
                    fork.session().attach(A, ChunkIndex.of(4), inline("fork"));
                    assertThat(session.merge(fork.changes(), new ConflictDetector()))
                            .isEmpty();
                    session.commit(CommitRequest.of("merged")).orThrow();
                }));
    }

    private static void publishTwice(Scene scene, FlushedSnapshot flushed) {
        for (int i = 0; i < 2; i++) {
            PublishOutcome outcome = scene.repository().publish("main", flushed);
            if (outcome instanceof PublishOutcome.Unknown unknown) {
                throw new CommitUnknownException(unknown.id(), unknown.cause());
            }
            assertThat(outcome).isEqualTo(new PublishOutcome.Published(flushed.id()));
        }
    }

    private static RearrangeSession rearranging(Scene scene) {
        return scene.repository().rearrangeSession("main");
    }

    private static void rearrange(RearrangeSession session) {
        session.declareRead(G);
        session.move(A, NodePath.of("/g/a"));
        session.move(G, NodePath.of("/k"));
    }

    private static List<MutatingCall> rearrangements() {
        return List.of(
                MutatingCall.onSession(
                        "move",
                        MutatingCalls::rearranging,
                        MutatingCalls::rearrange,
                        session -> session.commit(CommitRequest.of("moved"))),
                MutatingCall.onSession(
                        "move after thinking twice",
                        MutatingCalls::rearranging,
                        session -> {
                            session.move(B, NodePath.of("/elsewhere"));
                            session.discardChanges();
                            session.move(B, NodePath.of("/there"));
                        },
                        session -> session.commit(CommitRequest.of("moved"))),
                MutatingCall.onSession(
                        "amend with a move",
                        MutatingCalls::rearranging,
                        MutatingCalls::rearrange,
                        session -> session.amend(AmendRequest.of("moved too"))),
                MutatingCall.onSession(
                        "move aside",
                        MutatingCalls::rearranging,
                        MutatingCalls::rearrange,
                        session -> session.commitDetached(CommitRequest.of("moved aside"))),
                MutatingCall.afterPreparing("move, rebase, flush and publish", scene -> {
                    RearrangeSession session = rearranging(scene);
                    scene.otherCommit();
                    return () -> {
                        session.move(A, NodePath.of("/g/a"));
                        assertThat(session.rebase(new ConflictDetector())).isEmpty();
                        publishTwice(scene, session.flush(CommitRequest.of("moved late")));
                    };
                }));
    }

    private static NdArray block(int... values) {
        byte[] elements = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            elements[i] = (byte) values[i];
        }
        return NdArray.readFrom(ByteBuffer.wrap(elements), DataType.UINT8, values.length);
    }

    private static List<MutatingCall> arrays() {
        return List.of(
                MutatingCall.onSession(
                        "evolve the schema",
                        Scene::session,
                        session -> SchemaUpdate.of(session, NodePath.ROOT)
                                .remove("a")
                                .add("d", array(3))
                                .add("e", array(3), block(1, 2, 3))
                                .mergeAttributes(
                                        JsonNodeFactory.instance.objectNode().put("k", 2))
                                .mergeAttributes(
                                        "b",
                                        JsonNodeFactory.instance.objectNode().put("k", 3))
                                .apply(),
                        session -> session.commit(CommitRequest.of("evolved"))),
                MutatingCall.onSession(
                        "rename by moving",
                        MutatingCalls::rearranging,
                        session -> SchemaUpdate.rename(session, NodePath.ROOT, Map.of("a", "b", "b", "a")),
                        session -> session.commit(CommitRequest.of("renamed"))),
                MutatingCall.onSession(
                        "write through the array API",
                        Scene::session,
                        session -> {
                            ZarrGroup group = ZarrGroup.create(session, NodePath.of("/z"), GroupMetadata.empty());
                            group.replaceAttributes(
                                    JsonNodeFactory.instance.objectNode().put("k", 2));
                            group.createGroup("inner", GroupMetadata.empty());
                            ZarrArray one = group.createArray("one", array(5));
                            one.write(new long[] {0}, block(1, 2, 3));
                            one.write(new long[] {3}, block(0, 0), EmptyChunks.STORE);
                            one.write(new Region(new long[] {2}, new long[] {2}), ByteBuffer.wrap(new byte[] {7, 8}));
                            one.append(block(9, 10), 0);
                            ZarrArray two = ZarrArray.create(session, NodePath.of("/z/two"), array(4));
                            two.write(new long[] {0}, block(65, 66, 67, 68));
                            two.resize(2);
                        },
                        session -> session.commit(CommitRequest.of("arrays"))));
    }

    private static List<MutatingCall> maintenance() {
        return List.of(
                MutatingCall.of(
                        "expire",
                        scene -> new Expiration(scene.repository())
                                .run(ExpireRequest.olderThan(scene.clock.last().minus(Duration.ofDays(1)))
                                        .withTags(ExpireRequest.ExpiredRefs.DELETE))),
                MutatingCall.of(
                        "expire, with histories through tags",
                        scene -> new Expiration(scene.repository())
                                .run(ExpireRequest.olderThan(scene.clock.last().minus(Duration.ofDays(1)))
                                        .withAdoption(Adoption.BY_NEAREST_KEPT))),
                MutatingCall.of(
                        "collect garbage",
                        scene -> new GarbageCollector(scene.repository())
                                .run(
                                        CollectRequest.olderThan(
                                                scene.clock.last().minus(Duration.ofDays(1))),
                                        (stage, done, expected) -> {})));
    }
}
