package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.ObjectSummary;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Writes, deletions, branches, tags, compactions, expirations and collections in random order. After every step each snapshot
 * that is listed has to hold what it held when it was made. At the end, when all but one tip has expired, no object may be left
 * of which less is needed than compaction was asked for.
 */
class CompactionModelTest {
    private static final int TIMES = 24;
    private static final int STEPS = 40;
    private static final int SEEDS = 25;
    private static final CompactRequest.Sizes SIZES = new CompactRequest.Sizes(3_000, 12_000, 3, 1 << 20);

    private long emptied;
    private long freed;

    @Test
    void everySnapshotKeepsItsContentAndGarbageGoes() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Scene(seed).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.println("compaction beside a model: " + emptied + " hollow packs emptied, " + freed
                + " bytes freed at the ends of " + SEEDS + " runs of " + STEPS + " steps");
        assertThat(emptied).isGreaterThan(SEEDS);
        assertThat(freed).isPositive();
    }

    /** One repository and what it has to hold. */
    private final class Scene {
        private final Random random;
        private final Grid grid = new Grid(new Care());
        private final Repository repository = grid.care.repository;
        private final Map<SnapshotId, SortedMap<String, ByteBuffer>> expected = new HashMap<>();
        private int step;

        Scene(long seed) {
            this.random = new Random(seed);
        }

        void play() {
            WritableSession session = repository.writableSession("main");
            session.createArray(Grid.PATH, Grid.metadata(TIMES));
            repository.info().snapshots().ids().forEach(id -> expected.put(id, new TreeMap<>()));
            expected.put(session.commit(CommitRequest.of("grid")).orThrow().id(), new TreeMap<>());
            fill();
            for (step = 0; step < STEPS; step++) {
                step();
                check();
            }
            end();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1 -> change(branch(), 6, false);
                case 2, 3 -> change(branch(), 30, true);
                case 4, 5, 6 -> compact(branch(), random.nextDouble());
                case 7 -> expire();
                case 8 -> collect();
                default -> ref();
            }
        }

        private String branch() {
            return random.nextInt(3) == 0 && repository.branches().containsKey("other") ? "other" : "main";
        }

        private SnapshotId tip(String branch) {
            return repository.findBranch(branch).orElseThrow();
        }

        private SortedMap<String, ByteBuffer> held(SnapshotId id) {
            return new TreeMap<>(expected.getOrDefault(id, new TreeMap<>()));
        }

        private void fill() {
            WritableSession session = repository.writableSession("main");
            SortedMap<String, ByteBuffer> content = new TreeMap<>();
            for (int time = 0; time < TIMES; time++) {
                for (int station = 0; station < Grid.STATIONS; station++) {
                    set(session, content, time, station, 0);
                }
            }
            expected.put(session.commit(CommitRequest.of("fill")).orThrow().id(), content);
        }

        private void set(
                WritableSession session, SortedMap<String, ByteBuffer> content, int time, int station, int revision) {
            ByteBuffer bytes = Grid.payload(time, station, revision);
            session.setChunk(Grid.PATH, ChunkIndex.of(time, station), bytes.duplicate());
            content.put(time + "/" + station, bytes);
        }

        private void change(String branch, int chunks, boolean deletes) {
            SortedMap<String, ByteBuffer> content = held(tip(branch));
            WritableSession session = repository.writableSession(branch);
            for (int i = 0; i < chunks; i++) {
                int time = random.nextInt(TIMES);
                int station = random.nextInt(Grid.STATIONS);
                if (deletes) {
                    session.deleteChunk(Grid.PATH, ChunkIndex.of(time, station));
                    content.remove(time + "/" + station);
                } else {
                    set(session, content, time, station, 1 + step);
                }
            }
            expected.put(
                    session.commit(CommitRequest.of("step " + step).allowEmpty())
                            .orThrow()
                            .id(),
                    content);
        }

        private CompactionReport compact(String branch, double share) {
            SortedMap<String, ByteBuffer> content = held(tip(branch));
            CompactionReport report = new Compaction(repository, 1 + random.nextInt(100))
                    .run(CompactRequest.of(branch).withSizes(SIZES).withMinLiveShare(share), Progress.NONE);
            assertThat(report.finished()).isTrue();
            assertThat(report.unreadable()).isZero();
            report.snapshot().ifPresent(id -> expected.put(id, content));
            emptied += report.emptied().packs();
            return report;
        }

        private void expire() {
            grid.care.clock.move(Duration.ofDays(1));
            new Expiration(repository).run(ExpireRequest.olderThan(grid.care.now()));
        }

        private void collect() {
            grid.care.clock.move(Duration.ofDays(1));
            new GarbageCollector(repository).run(CollectRequest.olderThan(grid.care.now()), Progress.NONE);
        }

        private void ref() {
            if (random.nextBoolean()) {
                repository.createTag("tag-" + step, tip("main"));
            } else if (repository.branches().containsKey("other")) {
                repository.deleteBranch("other");
            } else {
                repository.createBranch("other", tip("main"));
            }
        }

        private void check() {
            try (Repository fresh = grid.care.reopened()) {
                for (SnapshotId id : fresh.info().snapshots().ids()) {
                    assertThat(contents(fresh, id))
                            .as("step " + step + ", " + id)
                            .isEqualTo(held(id));
                }
            }
        }

        private static SortedMap<String, ByteBuffer> contents(Repository repository, SnapshotId id) {
            Session session = repository.readonlySession(Version.snapshot(id));
            SortedMap<String, ByteBuffer> contents = new TreeMap<>();
            if (session.nodes().stream().anyMatch(node -> node.path().equals(Grid.PATH))) {
                session.chunkIndices(Grid.PATH)
                        .forEach(index -> contents.put(
                                index.toString(),
                                session.readChunk(Grid.PATH, index).orElseThrow()));
            }
            return contents;
        }

        /** Only the tip of one branch is left, then nothing is stored that is mostly garbage. */
        private void end() {
            List.copyOf(repository.tags().keySet()).forEach(repository::deleteTag);
            if (repository.branches().containsKey("other")) {
                repository.deleteBranch("other");
            }
            expire();
            collect();
            long before = bytes();
            double share = 0.5;
            CompactionReport report = compact("main", share);
            expire();
            collect();
            check();
            // Small packs that are merged may have garbage as well.
            assertThat(before - bytes()).isGreaterThanOrEqualTo(report.emptied().garbage());
            assertThat(compact("main", share).snapshot()).isEmpty();
            freed += before - bytes();
            Map<ChunkId, Long> live = live();
            for (ObjectSummary object : grid.care.summaries(ObjectKind.CHUNK.prefix())) {
                ChunkId id = ChunkId.parse(
                        object.key().substring(ObjectKind.CHUNK.prefix().length()));
                if (object.sizeBytes() >= SIZES.smallBytes()) {
                    assertThat(live.getOrDefault(id, 0L) / (double) object.sizeBytes())
                            .as("what is needed of " + object)
                            .isGreaterThanOrEqualTo(share);
                }
            }
        }

        private long bytes() {
            return grid.care.summaries(ObjectKind.CHUNK.prefix()).stream()
                    .mapToLong(ObjectSummary::sizeBytes)
                    .sum();
        }

        private Map<ChunkId, Long> live() {
            Map<ChunkId, Long> live = new HashMap<>();
            Set<ChunkReference> seen = new HashSet<>();
            Grid.session(repository)
                    .chunks(Grid.PATH)
                    .map(Map.Entry::getValue)
                    .filter(seen::add)
                    .forEach(reference ->
                            live.merge(((ChunkReference.Native) reference).id(), reference.length(), Long::sum));
            return live;
        }
    }
}
