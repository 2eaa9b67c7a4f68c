package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.storage.ObjectSummary;
import org.junit.jupiter.api.Test;

/** Every file of a repository as JSON. */
class InspectionTest {
    private final Care care = new Care();
    private final SnapshotId tip = care.commit("a", 0);
    private final Inspection inspection = new Inspection(care.storage);

    @Test
    void everyFileHasAHeader() {
        for (ObjectSummary object : care.summaries("")) {
            if (!object.key().startsWith("chunks/")) {
                ObjectNode json = inspection.inspect(object.key());
                assertThat(json.at("/header/written_by").asText()).startsWith("ic-java");
                assertThat(json.at("/header/spec_version").asInt()).isEqualTo(2);
                assertThat(json.at("/header/compression").asText()).isEqualTo("zstd");
                assertThat(json.get("size_bytes").asLong()).isEqualTo(object.sizeBytes());
            }
        }
    }

    @Test
    void theRepositoryObjectShowsPrunedLogsAndConfiguration() {
        new Expiration(care.repository).run(ExpireRequest.olderThan(care.now()));

        ObjectNode json = inspection.inspect("repo");

        assertThat(json.at("/branches/main").asText()).isEqualTo(tip.toString());
        assertThat(json.get("snapshots")).hasSize(2);
        assertThat(json.findValue("pruned_ancestor_tx_logs")).hasSize(1);
        assertThat(json.get("config").isObject()).isTrue();
        assertThat(json.at("/latest_updates/0/update").asText()).contains("ExpirationRan");
    }

    @Test
    void snapshotsManifestsAndLogsShowWhatTheyHold() {
        ObjectNode snapshot = inspection.inspect("snapshots/" + tip);
        assertThat(snapshot.get("message").asText()).isEqualTo("a");
        assertThat(snapshot.at("/nodes/1/path").asText()).isEqualTo("/a");
        String manifest = snapshot.at("/nodes/1/manifests/0/id").asText();

        assertThat(inspection
                        .inspect("manifests/" + manifest)
                        .at("/arrays/0/refs/0/length")
                        .asInt())
                .isEqualTo(Care.CHUNK_BYTES);
        assertThat(inspection.inspect("transactions/" + tip).get("updated_chunks"))
                .hasSize(1);
    }

    @Test
    void saysWhatItCannotShow() {
        assertThatThrownBy(() -> inspection.inspect("manifests/none")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> inspection.inspect("chunks/any"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encoded chunks");
    }
}
