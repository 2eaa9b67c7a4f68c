package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.maintenance.Finding;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The oracle of a simulation: sees every version of the repository object at the moment when it takes effect, knows what each
 * commit means to do, and so knows what each snapshot must hold. Everything that cannot be is an assertion error.
 */
final class Ledger implements SimulatedStorage.Observer {
    /** What a commit means to do: content by place, empty for what it takes away. */
    record Intent(String message, String branch, Map<String, String> changes) {}

    private final Storage objects;
    private final RepositoryOptions options;
    private final Map<String, Intent> intents = new HashMap<>();
    private final Map<String, Integer> published = new HashMap<>();
    private final Map<SnapshotId, SortedMap<String, String>> contents = new HashMap<>();
    private final SortedMap<String, Integer> counts;
    private RepositoryInfo present;

    /**
     * @param objects the storage itself, without faults and without delay
     * @param options how to look at it
     * @param counts where to count
     */
    Ledger(Storage objects, RepositoryOptions options, SortedMap<String, Integer> counts) {
        this.objects = objects;
        this.options = options;
        this.counts = counts;
        this.present = read();
        contents.put(SnapshotId.INITIAL, new TreeMap<>());
    }

    private RepositoryInfo read() {
        return IcechunkFile.decodeRepositoryInfo(
                objects.find(AssetKeys.REPOSITORY).orElseThrow().bytes(), AssetKeys.REPOSITORY);
    }

    /** Says what the commit with this message is going to do. */
    void intend(Intent intent) {
        intents.put(intent.message(), intent);
    }

    int timesPublished(Intent intent) {
        return published.getOrDefault(intent.message(), 0);
    }

    /** What a snapshot must hold. */
    SortedMap<String, String> contentOf(SnapshotId id) {
        return Optional.ofNullable(contents.get(id))
                .orElseThrow(() -> new AssertionError("Nobody published snapshot " + id));
    }

    /** Whether a branch or a tag leads to a snapshot now. */
    boolean isLive(SnapshotId id) {
        return List.of(present.branches().values(), present.tags().values()).stream()
                .flatMap(Collection::stream)
                .anyMatch(tip -> present.snapshots()
                        .ancestry(tip)
                        .anyMatch(entry -> entry.id().equals(id)));
    }

    RepositoryInfo present() {
        return present;
    }

    @Override
    public void replaced(ByteBuffer repositoryObject) {
        RepositoryInfo next = IcechunkFile.decodeRepositoryInfo(repositoryObject, AssetKeys.REPOSITORY);
        Update update = next.latestUpdates().get(0);
        assertThat(update.updatedAt())
                .as("time of " + update)
                .isAfter(present.latestUpdates().get(0).updatedAt());
        check(update.kind(), next);
        present = next;
    }

    private void check(UpdateKind kind, RepositoryInfo next) {
        happened(kind.getClass().getSimpleName());
        if (kind instanceof UpdateKind.NewCommit commit) {
            assertThat(entry(next, commit.snapshot()).parent())
                    .as("parent of the commit to " + commit.branch())
                    .isEqualTo(Optional.ofNullable(present.branches().get(commit.branch())));
            publish(commit.branch(), commit.snapshot(), next);
        } else if (kind instanceof UpdateKind.CommitAmended amended) {
            assertThat(amended.previous()).isEqualTo(present.branches().get(amended.branch()));
            assertThat(entry(next, amended.snapshot()).parent())
                    .isEqualTo(entry(present, amended.previous()).parent());
            publish(amended.branch(), amended.snapshot(), amended.previous(), next);
        } else if (kind instanceof UpdateKind.ExpirationRan || kind instanceof UpdateKind.GarbageCollected) {
            assertThat(next.branches()).isEqualTo(present.branches());
            assertThat(next.tags().entrySet()).isSubsetOf(present.tags().entrySet());
            assertThat(present.snapshots().ids()).containsAll(next.snapshots().ids());
        }
        next.branches().forEach((name, tip) -> contentOf(tip));
        SnapshotId main =
                Optional.ofNullable(next.branches().get(RepositoryInfo.MAIN)).orElseThrow();
        assertThat(next.snapshots().ancestry(main).map(SnapshotEntry::message))
                .as("no message twice in the history of main")
                .doesNotHaveDuplicates();
    }

    private static SnapshotEntry entry(RepositoryInfo info, SnapshotId id) {
        return info.snapshots().find(id).orElseThrow();
    }

    private void publish(String branch, SnapshotId id, RepositoryInfo next) {
        publish(branch, id, entry(next, id).parent().orElseThrow(), next);
    }

    private void publish(String branch, SnapshotId id, SnapshotId before, RepositoryInfo next) {
        String message = entry(next, id).message();
        Intent intent = Optional.ofNullable(intents.get(message))
                .orElseThrow(() -> new AssertionError("Nobody meant to commit '" + message + "'"));
        assertThat(intent.branch()).as(message).isEqualTo(branch);
        assertThat(published.merge(message, 1, Integer::sum))
                .as("how often '" + message + "' was published")
                .isOne();
        SortedMap<String, String> content = new TreeMap<>(contentOf(before));
        intent.changes().forEach((place, text) -> {
            if (text.isEmpty()) {
                content.remove(place);
            } else {
                content.put(place, text);
            }
        });
        contents.put(id, content);
    }

    @Override
    public void deleted(Collection<String> keys) {
        counts.merge("objects deleted", keys.size(), Integer::sum);
        verify("after a deletion");
    }

    /** Everything that is listed can be read. */
    void verify(String when) {
        try (Repository repository = Repository.open(objects, options)) {
            assertThat(VisibleState.verify(repository).findings())
                    .as(when)
                    .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        }
        happened("verifications");
    }

    @Override
    public void happened(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** What a session sees, by place. */
    static SortedMap<String, String> read(Session session) {
        SortedMap<String, String> content = new TreeMap<>();
        session.nodes().forEach(node -> {
            content.put(node.path().toString(), node.kind().toString());
            if (node.kind() == NodeKind.ARRAY) {
                session.chunkIndices(node.path())
                        .forEach(chunk -> content.put(
                                node.path() + " " + chunk,
                                session.readChunk(node.path(), chunk)
                                        .map(bytes -> StandardCharsets.UTF_8
                                                .decode(bytes)
                                                .toString())
                                        .orElseThrow()));
            }
        });
        return content;
    }
}
