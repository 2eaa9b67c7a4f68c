package io.icestream.ingest.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.Region;
import io.icestream.ingest.commit.LedgerJson;
import io.icestream.ingest.protocol.Ledger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checks a repository of hourly weather from the outside, from the snapshot that the last check ended with to the
 * tip. Of every snapshot in between:
 *
 * <ul>
 *   <li>its ledger's number is one more than the one before, and its counts add up;
 *   <li>the closed windows never become fewer, so no window is published a second time;
 *   <li>every array has exactly the closed windows: whole windows, and an extent that never shrinks;
 *   <li>the windows that it added hold just the observations, bit for bit, and the fill value elsewhere;
 *   <li>the day that it ended ends with its last window.
 * </ul>
 */
final class RepositoryAudit {

    private final Path location;
    private final String ingest;
    private final Weather weather;
    private final Map<LocalDate, SnapshotId> days = new TreeMap<>();
    private Optional<Ledger> last = Optional.empty();
    private Optional<SnapshotId> tip = Optional.empty();
    private int snapshots;

    RepositoryAudit(Path location, String ingest, Weather weather) {
        this.location = location;
        this.ingest = ingest;
        this.weather = weather;
    }

    /** The ledger at the tip, if the data set was created by now. */
    Optional<Ledger> check() {
        try (Storage storage = LocalStorage.open(location, Durability.PROCESS)) {
            if (!Repository.exists(storage)) {
                return Optional.empty();
            }
            try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
                return check(repository);
            }
        }
    }

    private Optional<Ledger> check(Repository repository) {
        SnapshotId newest = repository.findBranch("main").orElseThrow();
        List<SnapshotId> added = new ArrayList<>();
        repository
                .history(newest)
                .map(entry -> entry.id())
                .takeWhile(id -> !tip.equals(Optional.of(id)))
                .forEach(added::add);
        boolean continues =
                tip.isEmpty() || repository.history(newest).anyMatch(entry -> tip.equals(Optional.of(entry.id())));
        assertThat(continues)
                .as("snapshot " + tip + " is in the history of " + newest)
                .isTrue();
        Collections.reverse(added);
        added.forEach(id -> check(id, repository.readonlySession(Version.snapshot(id))));
        tip = Optional.of(newest);
        return last;
    }

    private void check(SnapshotId id, Session session) {
        snapshots++;
        NodePath path = LedgerJson.path(ingest);
        if (session.findNode(path).isEmpty()) {
            assertThat(last)
                    .as("ledger before snapshot " + id + ", which has none")
                    .isEmpty();
            return;
        }
        Ledger ledger =
                LedgerJson.fromAttributes(path, session.groupMetadata(path).attributes());
        if (last.isPresent() && ledger.equals(last.get())) {
            return; // somebody else's commit
        }
        assertThat(ledger.id()).as("id in the ledger of a snapshot").isEqualTo(id);
        checkLedger(ledger);
        checkArrays(session, ledger);
        last = Optional.of(ledger);
    }

    private void checkLedger(Ledger ledger) {
        assertThat(ledger.isBalanced()).as("balance of " + ledger).isTrue();
        assertThat(ledger.sequence())
                .as("sequence of " + ledger.id())
                .isEqualTo(last.map(l -> l.sequence() + 1).orElse(0L));
        long closed = last.map(Ledger::closed).orElse(0L);
        assertThat(ledger.closed()).as("closed windows of " + ledger.id()).isGreaterThanOrEqualTo(closed);
        last.ifPresent(before -> assertThat(ledger.position().reaches(before.position()))
                .as("positions of " + ledger.id() + " reach those before")
                .isTrue());
        boolean endsDay = ledger.lastDay()
                .filter(day -> day.snapshot().equals(ledger.id()))
                .isPresent();
        assertThat(endsDay)
                .as("ends a day: " + ledger)
                .isEqualTo(ledger.closed() > closed && ledger.closed() % 24 == 0);
        if (endsDay) {
            LocalDate day = ledger.lastDay().orElseThrow().day();
            assertThat(day).isEqualTo(Weather.dayOf(Math.toIntExact(ledger.closed()) - 1));
            assertThat(days.put(day, ledger.id()))
                    .as("end of " + day + " before")
                    .isNull();
        }
        assertThat(ledger.closed() / 24 - closed / 24)
                .as("days ended by " + ledger.id())
                .isLessThanOrEqualTo(1);
    }

    private void checkArrays(Session session, Ledger ledger) {
        int closed = Math.toIntExact(ledger.closed());
        int from = Math.toIntExact(last.map(Ledger::closed).orElse(0L));
        assertThat(session.arrayMetadata(NodePath.of("/time")).shape()).containsExactly(closed);
        for (String variable : Weather.VARIABLES) {
            ZarrArray array = ZarrArray.open(session, NodePath.of("/" + variable));
            assertThat(array.metadata().shape())
                    .as(variable + " in " + ledger.id())
                    .containsExactly(closed, 3);
            if (closed > from) {
                assertThat(array.read(new Region(new long[] {from, 0}, new long[] {closed - from, 3}))
                                .doubles())
                        .as("%s of hours %d to %d in %s", variable, from, closed, ledger.id())
                        .isEqualTo(tail(weather.dense(variable, closed), from));
            }
        }
    }

    private static double[] tail(double[] values, int fromHour) {
        return java.util.Arrays.copyOfRange(values, fromHour * 3, values.length);
    }

    /** Number of snapshots that were checked. */
    int snapshots() {
        return snapshots;
    }

    /**
     * Checks what must hold when everything is published: the whole of every array, one tag for each day on the
     * snapshot that completed it, and the counts.
     *
     * @param hours length of the arrays
     * @return the ledger at the tip
     */
    Ledger checkEnd(int hours) {
        Ledger ledger = check().orElseThrow();
        Weather published = weather.days(0, hours / 24);
        assertThat(ledger.closed()).isEqualTo(hours);
        assertThat(Ledger.total(ledger.cells()))
                .as("cells")
                .isEqualTo(published.rows().size());
        assertThat(days).hasSize(hours / 24);
        try (Storage storage = LocalStorage.open(location, Durability.PROCESS);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            Map<String, SnapshotId> tags = new TreeMap<>();
            days.forEach((day, id) -> tags.put("daily-" + day, id));
            assertThat(repository.tags()).isEqualTo(tags);
            Session session = repository.readonlySession(Version.branch("main"));
            for (String variable : Weather.VARIABLES) {
                assertThat(checksum(session, variable, 0, hours))
                        .as("checksum of " + variable)
                        .isEqualTo(Weather.checksum(published.dense(variable, hours)));
            }
        }
        return ledger;
    }

    /** Checks that the whole file is there: the arrays have the checksums that were taken from it by other means. */
    void checkFacts() {
        JsonNode facts = Weather.facts();
        try (Storage storage = LocalStorage.open(location, Durability.PROCESS);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            Session session = repository.readonlySession(Version.branch("main"));
            for (String variable : Weather.VARIABLES) {
                JsonNode dense = facts.at("/variables/" + variable + "/dense");
                assertThat(checksum(
                                session,
                                variable,
                                Weather.FIRST_HOUR,
                                dense.at("/shape/0").intValue()))
                        .as("checksum of " + variable)
                        .isEqualTo(dense.at("/sha256_f64").textValue());
            }
        }
    }

    /** Digest of some hours of a variable at a snapshot. */
    static String checksum(Session session, String variable, int fromHour, int hours) {
        ZarrArray array = ZarrArray.open(session, NodePath.of("/" + variable));
        return Weather.checksum(array.read(new Region(new long[] {fromHour, 0}, new long[] {hours, 3}))
                .doubles());
    }
}
