package io.icestream.ingest.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The ledger survives its way through JSON text, reads well, and a ledger of another layout is refused by its version. */
class LedgerJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final NodePath GROUP = LedgerJson.path("weather");

    @Test
    void roundTripsALedgerWithEverythingSet() throws Exception {
        assertThat(throughText(full())).isEqualTo(full());
    }

    @Test
    void roundTripsTheLedgerOfANewDataSet() throws Exception {
        Ledger seed = Ledger.initial(
                SnapshotId.parse("1CECHNKREP0F1RSTCMT0"), offsets(0, 7), 4, "cluster", Map.of("obs", "id"), "hash");
        assertThat(throughText(seed)).isEqualTo(seed);
    }

    @Test
    void writesTextThatAPersonCanRead() {
        assertThat(LedgerJson.toAttributes(full()).toString())
                .startsWith(
                        "{\"version\":1,\"id\":\"1CECHNKREP0F1RSTCMT0\",\"sequence\":12,\"round\":\"r-12\",\"position\":{\"obs-0\":40,\"obs-1\":50},"
                                + "\"closed\":48,\"final\":24,")
                .contains("\"lastDay\":{\"day\":\"2026-11-20\",\"snapshot\":\"1CECHNKREP0F1RSTCMT0\"}")
                .contains("\"topicIds\":{\"obs\":\"topic-id\"}")
                .doesNotContain("balanced");
    }

    @Test
    void refusesALaterLayoutByItsVersion() {
        ObjectNode later = LedgerJson.toAttributes(full()).put("version", 2).put("something-new", true);
        assertThatThrownBy(() -> LedgerJson.fromAttributes(GROUP, later))
                .isInstanceOf(LedgerFormatException.class)
                .hasMessageContaining("/_icestream/weather")
                .hasMessageContaining("layout version 2, this program reads version 1");
    }

    @Test
    void refusesAttributesThatAreNoLedger() {
        assertThatThrownBy(() ->
                        LedgerJson.fromAttributes(GROUP, JSON.createObjectNode().put("title", "x")))
                .isInstanceOf(LedgerFormatException.class)
                .hasMessageContaining("attribute 'version' is missing");
        ObjectNode cut = LedgerJson.toAttributes(full());
        cut.put("sequence", "many");
        assertThatThrownBy(() -> LedgerJson.fromAttributes(GROUP, cut)).isInstanceOf(LedgerFormatException.class);
    }

    private static Ledger throughText(Ledger ledger) throws Exception {
        String text = LedgerJson.toAttributes(ledger).toString();
        return LedgerJson.fromAttributes(GROUP, (ObjectNode) JSON.readTree(text));
    }

    private static Offsets offsets(long first, long second) {
        return Offsets.of(Map.of(new SourcePartition("obs", 0), first, new SourcePartition("obs", 1), second));
    }

    private static Ledger full() {
        SnapshotId id = SnapshotId.parse("1CECHNKREP0F1RSTCMT0");
        return new Ledger(
                Ledger.LAYOUT,
                id,
                12,
                Optional.of("r-12"),
                offsets(40, 50),
                48,
                24,
                offsets(30, 20),
                offsets(0, 7),
                List.of(30L, 40L),
                List.of(1L, 2L),
                List.of(29L, 40L),
                offsets(3, 4),
                offsets(2, 1),
                Optional.of(1_795_000_000_000_000L),
                Optional.of(1_794_990_000_000_000L),
                Optional.of(new Ledger.EndedDay(LocalDate.of(2026, 11, 20), id)),
                "cluster",
                new TreeMap<>(Map.of("obs", "topic-id")),
                "hash");
    }
}
