package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.ingest.config.ErrorSettings;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The first sub-topology: what becomes of records that are not simply decoded, and what the committer is told of idle partitions. */
class DecodeTest {

    @Test
    void deadLettersKeepKeyValueAndPlaceOfTheRecord() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.observe(0, "A", 1).send("broken".getBytes(UTF_8));
            assertThat(ingest.records(ingest.config.deadLetterTopic()))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(new String(letter.key(), UTF_8)).isEqualTo("key");
                        assertThat(new String(letter.value(), UTF_8)).isEqualTo("broken");
                        assertThat(TopologyHarness.header(letter, DeadLetter.REASON))
                                .isEqualTo("DESERIALIZE");
                        assertThat(TopologyHarness.header(letter, DeadLetter.TOPIC))
                                .isEqualTo("observations");
                        assertThat(TopologyHarness.header(letter, DeadLetter.PARTITION))
                                .isEqualTo("0");
                        assertThat(TopologyHarness.header(letter, DeadLetter.OFFSET))
                                .isEqualTo("1");
                        assertThat(TopologyHarness.header(letter, DeadLetter.TIMESTAMP))
                                .isEqualTo("2");
                        assertThat(TopologyHarness.header(letter, DeadLetter.DATASET))
                                .isEqualTo("test-observations");
                        assertThat(TopologyHarness.header(letter, DeadLetter.MESSAGE))
                                .isNotEmpty();
                    });
        }
    }

    @Test
    void takesRecordsWithoutKeyAndRejectsThoseWithoutValue() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.send(null, TestRecords.encode(0, "A", 1)).send(null, null);
            Progress progress = ingest.progress();
            assertThat(progress.position()).isEqualTo(2);
            assertThat(progress.bad()).isEqualTo(1);
            assertThat(ingest.records(ingest.config.deadLetterTopic()))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.key()).isNull();
                        assertThat(letter.value()).isNull();
                    });
        }
    }

    @Test
    void waitsForTheRegistryInsteadOfDeadLettering() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.registry.outage.set(2);
            ingest.observe(0, "A", 1);
            assertThat(ingest.told).hasSize(2);
            assertThat(ingest.told.get(0)).startsWith("waiting for the schema registry");
            assertThat(ingest.told.get(1)).startsWith("resumed the schema registry");
            assertThat(ingest.records(ingest.config.deadLetterTopic())).isEmpty();
            assertThat(ingest.progress().bad()).isZero();
        }
    }

    @Test
    void aBadRecordHaltsWhenNoneIsTolerated() throws Exception {
        IngestConfig config = withTolerance(TestIngest.config());
        try (TopologyHarness ingest = new TopologyHarness(config)) {
            assertThatThrownBy(() -> ingest.send("broken".getBytes(UTF_8)))
                    .rootCause()
                    .isInstanceOf(HaltException.class)
                    .hasMessageContaining("observations-0 offset 0");
        }
    }

    private static IngestConfig withTolerance(IngestConfig config) {
        return new IngestConfig(
                config.id(),
                config.repository(),
                config.kafka(),
                config.registry(),
                config.dataset(),
                config.watermark(),
                config.late(),
                config.commit(),
                new ErrorSettings(ErrorSettings.Tolerance.NONE, Optional.empty(), ErrorSettings.OnLedgerRollback.FAIL),
                config.tags(),
                config.stateDirectory());
    }

    @Test
    void aPartitionThatWasNeverWrittenIsIdleAtOnceButALaggingOneIsNot() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.pass();
            assertThat(ingest.progress().idle()).isFalse();
            ingest.ends.readToEnd = true;
            ingest.pass();
            assertThat(ingest.progress().idle()).isTrue();
        }
    }

    @Test
    void aQuietPartitionIsIdleAfterTheTimeout() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.ends.readToEnd = true;
            ingest.observe(0, "A", 1).pass(Duration.ofSeconds(20));
            assertThat(ingest.progress().idle()).isFalse();
            ingest.pass(Duration.ofSeconds(15));
            assertThat(ingest.progress().idle()).isTrue();
            ingest.observe(1, "A", 1);
            assertThat(ingest.progress().idle()).isFalse();
        }
    }

    @Test
    void repeatsItsProgressForACommitterThatLostItsStore() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.observe(0, "A", 1).pass();
            List<Progress> before = ingest.messages(Progress.class);
            assertThat(before).isNotEmpty();
            ingest.pass(Duration.ofSeconds(2));
            assertThat(ingest.messages(Progress.class)).isEmpty();
            ingest.pass(Duration.ofSeconds(3));
            assertThat(ingest.messages(Progress.class)).hasSize(1);
        }
    }

    @Test
    void refusesToRunWithoutCaches() throws Exception {
        Map<String, String> streams = new HashMap<>(Map.of("statestore.cache.max.bytes", "0"));
        IngestConfig config = TestIngest.config(
                "observations", "unused:1", TestIngest.config().registry(), Path.of("unused"), streams, 2);
        assertThatThrownBy(() -> StreamsSettings.properties(config, "i1", "member"))
                .isInstanceOf(HaltException.class)
                .hasMessageContaining("statestore.cache.max.bytes");
    }
}
