package io.icestream.engine.model;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerificationReport;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** All that can be seen of a repository, as text without ids and times, so that two repositories can be compared. */
final class VisibleState {
    private VisibleState() {}

    /** Reads everything that is listed; fails if anything is missing. */
    static String of(Repository repository) {
        RepositoryInfo info = repository.info();
        List<String> lines = new ArrayList<>();
        info.branches().forEach((name, tip) -> lines.add("branch " + name + ": " + history(repository, tip)));
        info.tags().forEach((name, at) -> lines.add("tag " + name + ": " + history(repository, at)));
        lines.add("deleted tags " + info.deletedTags());
        info.snapshots()
                .all()
                .map(entry -> "snapshot " + describe(entry) + tree(repository, entry.id()))
                .sorted()
                .forEach(lines::add);
        lines.add("status " + info.status().availability() + " " + info.status().reason());
        lines.add("metadata " + info.metadata());
        for (Feature feature : Feature.values()) {
            lines.add(feature + " " + repository.settings().feature(feature));
        }
        lines.add("config " + repository.settings().storedConfig());
        repository
                .operations()
                .forEach(update -> lines.add("did " + update.kind().getClass().getSimpleName()));
        return String.join("\n", lines);
    }

    private static List<String> history(Repository repository, SnapshotId tip) {
        return repository.history(tip).map(SnapshotEntry::message).toList();
    }

    private static String describe(SnapshotEntry entry) {
        return entry.message() + " " + entry.metadata() + ", "
                + entry.prunedAncestorLogs().size() + " logs pruned";
    }

    private static String tree(Repository repository, SnapshotId id) {
        Session session = repository.readonlySession(Version.snapshot(id));
        StringBuilder text = new StringBuilder();
        for (Node node : session.nodes()) {
            text.append("\n  ")
                    .append(node.path())
                    .append(' ')
                    .append(text(node.userData().toByteArray()));
            if (node.kind() == NodeKind.ARRAY) {
                TreeMap<ChunkIndex, String> chunks = new TreeMap<>();
                session.chunkIndices(node.path())
                        .forEach(chunk -> chunks.put(
                                chunk,
                                session.readChunk(node.path(), chunk)
                                        .map(bytes -> StandardCharsets.UTF_8
                                                .decode(bytes)
                                                .toString())
                                        .orElseThrow()));
                text.append(' ').append(chunks);
            }
        }
        return text.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Looks at every object that is reached, payloads included. */
    static VerificationReport verify(Repository repository) {
        return new Verification(repository)
                .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), (stage, done, expected) -> {});
    }
}
