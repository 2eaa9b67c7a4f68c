package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A repository object that is written again and again, each time from the bytes of the time before: by the process that
 * wrote them or by one that read them, with snapshots added and taken away. Every file must decode to the value that was
 * encoded, be aligned as the format wants it, and hold little that nobody refers to.
 */
class RepositoryRewritingTest {
    private static final String KEY = "repo";
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    @Test
    void everyVersionDecodesToWhatWasEncoded() {
        for (long seed = 1; seed <= 3; seed++) {
            new Run(seed).go(200);
        }
    }

    @Test
    void filesOfOtherBuildersAreTakenOverWhole() {
        // Bytes in front of the entries, or behind them, so that neither place nor alignment is that of our own files.
        for (int before = 0; before < 12; before++) {
            Run run = new Run(before);
            run.go(10);
            FlatReader reader = Envelope.unwrap(run.file, FileType.REPOSITORY_INFO, KEY);
            byte[] bytes = reader.bytes();
            byte[] longer = Arrays.copyOf(bytes, bytes.length + before);
            RepositoryInfo decoded = RepositoryCodec.decode(new FlatReader(longer, KEY));
            RepositoryInfo next = decoded.withCommit("main", run.commit(decoded), run.stamp());
            assertThat(IcechunkFile.decodeRepositoryInfo(
                            IcechunkFile.encodeRepository(next, 1).bytes(), KEY))
                    .as("%s bytes", before)
                    .isEqualTo(next);
            assertAligned(
                    Envelope.unwrap(IcechunkFile.encodeRepository(next, 1).bytes(), FileType.REPOSITORY_INFO, KEY));
        }
    }

    /** Positions of numbers and tables must be multiples of their size, which readers that verify insist on. */
    private static void assertAligned(FlatReader reader) {
        FlatVector rows = reader.root().vector(4, 4, "snapshots");
        for (int i = 0; i < rows.length(); i++) {
            FlatTable row = rows.table(i);
            assertThat(row.position() % 4).isZero();
            assertThat(row.field(SnapshotEntryCodec.PARENT_OFFSET, 4) % 4).isZero();
            assertThat(row.field(2, 8) % 8).as("time of row %s", i).isZero();
            assertThat(row.vtable() % 2).isZero();
        }
    }

    private static final class Run {
        private final SplittableRandom random;
        private final long seed;
        private RepositoryInfo info;
        private ByteBuffer file = ByteBuffer.allocate(0);
        private int step;

        Run(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.info = RepositoryInfo.initial(Snapshot.initial(START), START, Optional.empty());
        }

        void go(int steps) {
            for (int i = 0; i < steps; i++) {
                RepositoryInfo next = change();
                EncodedRepository encoded = IcechunkFile.encodeRepository(next, 1);
                file = encoded.bytes();
                RepositoryInfo read = IcechunkFile.decodeRepositoryInfo(file, KEY);
                assertThat(read).as("seed %s, step %s", seed, step).isEqualTo(next);
                assertThat(encoded.info()).as("seed %s, step %s", seed, step).isEqualTo(next);
                info = random.nextInt(4) == 0 ? read : encoded.info();
            }
            FlatReader written = Envelope.unwrap(file, FileType.REPOSITORY_INFO, KEY);
            assertAligned(written);
            List<SnapshotEntry> entries = info.snapshots().all().toList();
            int afresh = RepositoryCodec.encode(info.withWritten(SnapshotEntries.of(entries)))
                    .place();
            assertThat(written.size()).as("seed %s", seed).isLessThan(2 * afresh + 1000);
        }

        private RepositoryInfo change() {
            return switch (random.nextInt(40)) {
                case 0 -> info.withCollection(without(), stamp());
                case 1 -> info.withTag("t" + step, tip(info), stamp());
                case 2 -> info.withDetachedSnapshot(commit(info), stamp());
                case 3 ->
                    info.snapshots().size() > 1
                                    && info.snapshots().findParent(tip(info)).isPresent()
                            ? info.withAmendment("main", commit(info), stamp())
                            : info.withCommit("main", commit(info), stamp());
                case 4 -> info.withFeature(random.nextInt(9), Optional.of(random.nextBoolean()), stamp());
                case 5 -> info.withBranch("b" + step, tip(info), stamp());
                case 6 -> info.withStatus(RandomValues.status(random), stamp());
                default -> info.withCommit("main", commit(info), stamp());
            };
        }

        private static SnapshotId tip(RepositoryInfo of) {
            return Optional.ofNullable(of.branches().get("main")).orElseThrow();
        }

        private SnapshotEntries without() {
            Set<SnapshotId> dropped = new HashSet<>(info.snapshots().ids());
            dropped.removeIf(id -> random.nextInt(3) > 0);
            dropped.removeAll(info.branches().values());
            dropped.removeAll(info.tags().values());
            dropped.remove(SnapshotId.INITIAL);
            return info.snapshots().without(dropped, SnapshotEntries.Adoption.BY_NEAREST_KEPT);
        }

        private SnapshotEntry commit(RepositoryInfo current) {
            SortedMap<String, JsonNode> metadata = new TreeMap<>();
            metadata.put("w", JsonNodeFactory.instance.numberNode(step));
            if (random.nextBoolean()) {
                metadata.putAll(RandomValues.metadata(random));
            }
            // Ids below and above all others, too, so that indices of parents move in every way.
            long high = random.nextInt(10) == 0 ? step : random.nextLong();
            return new SnapshotEntry(
                    new SnapshotId(high, step),
                    Optional.of(tip(current)),
                    START.plusSeconds(step),
                    "step " + step,
                    metadata,
                    random.nextInt(10) == 0 ? List.of(new SnapshotId(1, 2)) : List.of());
        }

        private UpdateStamp stamp() {
            step++;
            return new UpdateStamp(START.plusSeconds(step), "backup" + step, 10);
        }
    }
}
