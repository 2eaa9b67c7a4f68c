package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The repository object: transitions, the ops log across backups, and that all of it survives its bytes. */
class RepositoryInfoTest {
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
    private static final String KEY = "repo";

    private final SplittableRandom random = new SplittableRandom(3);
    private int backups;

    @Test
    void beginsAsTheReferenceBegins() {
        RepositoryInfo info = initial();
        assertThat(info.branches()).containsExactly(Map.entry("main", SnapshotId.INITIAL));
        assertThat(info.tags()).isEmpty();
        SnapshotEntry root = info.snapshots().find(SnapshotId.INITIAL).orElseThrow();
        assertThat(root.parent()).isEmpty();
        assertThat(root.message()).isEqualTo("Repository initialized");
        assertThat(root.metadata()).hasToString("{__icechunk={\"is_root\":true}}");
        assertThat(info.latestUpdates())
                .containsExactly(new Update(new UpdateKind.RepositoryInitialized(), START, Optional.empty()));
        assertThat(rewritten(info)).isEqualTo(info);
    }

    @Test
    void commitsMoveTheBranchAndKeepTheHistory() {
        RepositoryInfo info = initial();
        List<SnapshotId> commits = new ArrayList<>(List.of(SnapshotId.INITIAL));
        for (int i = 1; i <= 50; i++) {
            SnapshotEntry commit = commit(info, "main", "commit " + i);
            info = rewritten(info.withCommit("main", commit, stamp(i, 1000)));
            commits.add(0, commit.id());
            assertThat(info.branches()).containsEntry("main", commit.id());
            assertThat(info.snapshots().find(commit.id())).contains(commit);
        }
        assertThat(info.snapshots().ancestry(commits.get(0)).map(SnapshotEntry::id))
                .containsExactlyElementsOf(commits);
        assertThat(info.snapshots().ids()).isSorted().hasSize(51);
    }

    @Test
    void refusesCommitsThatDoNotFollowTheTip() {
        RepositoryInfo info = initial();
        SnapshotEntry first = commit(info, "main", "first");
        SnapshotEntry second = commit(info, "main", "second");
        RepositoryInfo next = info.withCommit("main", first, stamp(1, 10));
        assertThatThrownBy(() -> next.withCommit("main", second, stamp(2, 10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the tip " + first.id());
        assertThatThrownBy(() -> next.withCommit("other", second, stamp(2, 10)))
                .hasMessageContaining("no branch 'other'");
        assertThatThrownBy(() -> info.withDetachedSnapshot(
                        SnapshotEntry.of(Snapshot.initial(START), Optional.empty()), stamp(1, 10)))
                .hasMessageContaining("is there already");
    }

    @Test
    void opsLogGoesOnInTheBackupWhereItWasCut() {
        RepositoryInfo info = initial();
        for (int i = 1; i <= 10; i++) {
            info = rewritten(info.withBranch("b" + i, SnapshotId.INITIAL, stamp(i, 3)));
        }
        assertThat(info.latestUpdates())
                .extracting(Update::kind)
                .containsExactly(
                        new UpdateKind.BranchCreated("b10"),
                        new UpdateKind.BranchCreated("b9"),
                        new UpdateKind.BranchCreated("b8"));
        assertThat(info.latestUpdates())
                .extracting(Update::backupPath)
                .containsExactly(Optional.empty(), Optional.of("repo.10"), Optional.of("repo.9"));
        assertThat(info.repoBeforeUpdates()).contains("repo.8");
    }

    @Test
    void updatesWithoutBackupAreNeverCutOff() {
        RepositoryInfo info = initial();
        List<Update> migrated = new ArrayList<>();
        for (int i = 9; i >= 0; i--) {
            migrated.add(new Update(new UpdateKind.TagCreated("t" + i), START.plusSeconds(i), Optional.empty()));
        }
        info = new RepositoryInfo(
                2,
                info.tags(),
                info.branches(),
                info.deletedTags(),
                info.snapshots(),
                info.status(),
                info.metadata(),
                migrated,
                Optional.empty(),
                Optional.empty(),
                FeatureFlags.DEFAULT,
                Optional.empty());
        RepositoryInfo next = info.withBranch("b", SnapshotId.INITIAL, stamp(100, 3));
        assertThat(next.latestUpdates()).hasSize(11);
        assertThat(next.repoBeforeUpdates()).isEmpty();
        assertThat(next.latestUpdates().get(1).backupPath()).contains("repo.1");
    }

    @Test
    void updateTimesIncreaseWhateverTheClockSays() {
        RepositoryInfo info = initial().withBranch("b", SnapshotId.INITIAL, stamp(-5, 10));
        assertThat(info.latestUpdates().get(0).updatedAt()).isEqualTo(START.plusNanos(1000));
    }

    @Test
    void deletedTagsStayTaken() {
        RepositoryInfo info = initial().withTag("release", SnapshotId.INITIAL, stamp(1, 10));
        assertThatThrownBy(() -> info.withTag("release", SnapshotId.INITIAL, stamp(2, 10)))
                .hasMessageContaining("there already");
        RepositoryInfo deleted = info.withoutTag("release", stamp(2, 10));
        assertThat(deleted.deletedTags()).containsExactly("release");
        assertThat(deleted.latestUpdates().get(0).kind())
                .isEqualTo(new UpdateKind.TagDeleted("release", SnapshotId.INITIAL));
        assertThatThrownBy(() -> deleted.withTag("release", SnapshotId.INITIAL, stamp(3, 10)))
                .hasMessageContaining("was deleted");
        assertThat(rewritten(deleted)).isEqualTo(deleted);
    }

    @Test
    void branchesCanBeResetAndDeleted() {
        RepositoryInfo info = initial();
        SnapshotEntry commit = commit(info, "main", "first");
        RepositoryInfo next = info.withCommit("main", commit, stamp(1, 10))
                .withBranch("side", commit.id(), stamp(2, 10))
                .withBranchReset("side", SnapshotId.INITIAL, stamp(3, 10))
                .withoutBranch("side", stamp(4, 10));
        assertThat(next.latestUpdates())
                .extracting(Update::kind)
                .containsExactly(
                        new UpdateKind.BranchDeleted("side", SnapshotId.INITIAL),
                        new UpdateKind.BranchReset("side", commit.id()),
                        new UpdateKind.BranchCreated("side"),
                        new UpdateKind.NewCommit("main", commit.id()),
                        new UpdateKind.RepositoryInitialized());
        assertThatThrownBy(() -> next.withoutBranch("main", stamp(5, 10)))
                .hasMessageContaining("every repository has it");
        assertThatThrownBy(() -> next.withBranch("x", SnapshotId.random(random), stamp(5, 10)))
                .hasMessageContaining("no such snapshot");
    }

    @Test
    void everyFieldSurvivesItsBytes() {
        for (long seed = 1; seed <= 40; seed++) {
            RepositoryInfo info = randomInfo(new SplittableRandom(seed));
            assertThat(rewritten(info)).as("seed %d", seed).isEqualTo(info);
            assertThat(rewritten(rewritten(info))).as("seed %d, copied", seed).isEqualTo(info);
        }
    }

    @Test
    void transitionsKeepWhatTheyDoNotKnow() {
        RepositoryInfo info = randomInfo(new SplittableRandom(99));
        RepositoryInfo next = rewritten(info).withConfig(Bytes.wrap(new byte[] {1, 2}), stamp(1L << 31, 1000));
        assertThat(next.config()).contains(Bytes.wrap(new byte[] {1, 2}));
        assertThat(next.extra()).isEqualTo(info.extra());
        assertThat(next.flags()).isEqualTo(info.flags());
        assertThat(next.metadata()).isEqualTo(info.metadata());
        assertThat(next.snapshots()).isEqualTo(info.snapshots());
    }

    @Test
    void refusesToWriteUpdatesThatItDoesNotKnow() {
        RepositoryInfo info = initial();
        RepositoryInfo strange = new RepositoryInfo(
                2,
                info.tags(),
                info.branches(),
                info.deletedTags(),
                info.snapshots(),
                info.status(),
                info.metadata(),
                List.of(new Update(new UpdateKind.Unknown(77), START, Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                FeatureFlags.DEFAULT,
                Optional.empty());
        assertThatThrownBy(() -> IcechunkFile.encodeRepositoryInfo(strange, 3))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("77");
    }

    /** Prints the cost of one commit on a history of ten thousand; the figures are for people, not asserted. */
    @Test
    void commitsOnALongHistory() {
        RepositoryInfo info = longHistory(10_000);
        ByteBuffer file = IcechunkFile.encodeRepositoryInfo(info, 3);
        long[] total = new long[4];
        int rounds = 40;
        for (int i = 0; i < rounds; i++) {
            long start = cpuNanos();
            RepositoryInfo decoded = IcechunkFile.decodeRepositoryInfo(file, KEY);
            long read = cpuNanos();
            RepositoryInfo next =
                    decoded.withCommit("main", commit(decoded, "main", "window"), stamp(20_000 + i, 1000));
            long moved = cpuNanos();
            FlatWriter content = RepositoryCodec.encode(next);
            long encoded = cpuNanos();
            file = Envelope.wrap(FileType.REPOSITORY_INFO, content, 3);
            long end = cpuNanos();
            if (i >= rounds / 2) {
                add(total, read - start, moved - read, encoded - moved, end - encoded);
            }
        }
        assertThat(IcechunkFile.decodeRepositoryInfo(file, KEY).snapshots().size())
                .isEqualTo(10_001 + rounds);
        System.out.printf(
                "commit on 10,000 snapshots: decode %d us, transition %d us, encode %d us, compress %d us, %d bytes%n",
                micros(total[0], rounds),
                micros(total[1], rounds),
                micros(total[2], rounds),
                micros(total[3], rounds),
                file.remaining());
    }

    private static void add(long[] total, long... parts) {
        for (int i = 0; i < parts.length; i++) {
            total[i] += parts[i];
        }
    }

    private static long micros(long nanos, int rounds) {
        return nanos / 1000 / (rounds / 2);
    }

    private RepositoryInfo longHistory(int commits) {
        List<SnapshotEntry> entries = new ArrayList<>();
        List<Update> updates = new ArrayList<>();
        entries.add(SnapshotEntry.of(Snapshot.initial(START), Optional.empty()));
        for (int i = 0; i < commits; i++) {
            SnapshotEntry last = entries.get(entries.size() - 1);
            TreeMap<String, JsonNode> metadata = new TreeMap<>();
            metadata.put(
                    "icestream",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("sequence", i)
                            .put("window", START.plusSeconds(60L * i).toString()));
            SnapshotEntry entry = new SnapshotEntry(
                    SnapshotId.random(random),
                    Optional.of(last.id()),
                    START.plusSeconds(i),
                    "window " + i,
                    metadata,
                    List.of());
            entries.add(entry);
            if (i >= commits - 1000) {
                updates.add(
                        0,
                        new Update(
                                new UpdateKind.NewCommit("main", entry.id()),
                                START.plusSeconds(i),
                                i == commits - 1
                                        ? Optional.empty()
                                        : Optional.of("repo.30708234567890." + SnapshotId.random(random))));
            }
        }
        RepositoryInfo info = initial();
        TreeMap<String, SnapshotId> branches =
                new TreeMap<>(Map.of("main", entries.get(commits).id()));
        return new RepositoryInfo(
                2,
                info.tags(),
                branches,
                info.deletedTags(),
                SnapshotEntries.of(entries),
                info.status(),
                info.metadata(),
                updates,
                Optional.of("repo.0"),
                Optional.empty(),
                FeatureFlags.DEFAULT,
                Optional.empty());
    }

    private static RepositoryInfo rewritten(RepositoryInfo info) {
        return IcechunkFile.decodeRepositoryInfo(IcechunkFile.encodeRepositoryInfo(info, 3), KEY);
    }

    private static RepositoryInfo initial() {
        return RepositoryInfo.initial(Snapshot.initial(START), START, Optional.empty());
    }

    private UpdateStamp stamp(long second, int updatesPerObject) {
        return new UpdateStamp(START.plusSeconds(second), "repo." + ++backups, updatesPerObject);
    }

    private SnapshotEntry commit(RepositoryInfo info, String branch, String message) {
        return new SnapshotEntry(
                SnapshotId.random(random),
                Optional.ofNullable(info.branches().get(branch)),
                START.plusSeconds(info.snapshots().size()),
                message,
                new TreeMap<>(),
                List.of());
    }

    private static RepositoryInfo randomInfo(SplittableRandom random) {
        List<SnapshotEntry> entries = RandomValues.snapshotEntries(random, 1 + random.nextInt(30));
        TreeMap<String, SnapshotId> tags = new TreeMap<>();
        TreeMap<String, SnapshotId> branches = new TreeMap<>();
        for (SnapshotEntry entry : entries) {
            (random.nextBoolean() ? tags : branches).put(RandomValues.text(random), entry.id());
        }
        List<Update> updates = new ArrayList<>();
        for (int i = random.nextInt(30); i > 0; i--) {
            updates.add(RandomValues.update(random));
        }
        return new RepositoryInfo(
                2,
                tags,
                branches,
                new TreeSet<>(List.of(RandomValues.text(random), RandomValues.text(random))),
                SnapshotEntries.of(entries),
                RandomValues.status(random),
                RandomValues.metadata(random),
                updates,
                random.nextBoolean() ? Optional.empty() : Optional.of("repo.x"),
                random.nextBoolean() ? Optional.empty() : Optional.of(RandomValues.bytes(random, 50)),
                new FeatureFlags(new TreeSet<>(List.of(4, 60_000)), new TreeSet<>(List.of(random.nextInt(65_536)))),
                random.nextBoolean() ? Optional.empty() : Optional.of(RandomValues.bytes(random, 50)));
    }

    /** Time of this thread alone, so that the figures do not depend on what else the machine does. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
