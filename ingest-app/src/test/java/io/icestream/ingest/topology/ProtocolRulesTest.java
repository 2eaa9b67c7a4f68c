package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.CommitMessage.RoundDone;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Ledger.EndedDay;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The rules of the protocol as the topology keeps them, each driven through all three sub-topologies. The rules that the state machines keep by
 * themselves are tested with them, and those that need several processes or a restart with the real broker.
 */
class ProtocolRulesTest {

    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;

    private static TopologyHarness ingest() {
        return new TopologyHarness(TestIngest.config());
    }

    @Test
    @DisplayName("P1: progress covers the records whose blocks went out with it, bad ones counted")
    void progressCoversWhatWasDrained() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(5, "A", 1).send("broken".getBytes(UTF_8)).observe(7, "B", 2);
            Progress progress = ingest.progress();
            assertThat(progress.position()).isEqualTo(3);
            assertThat(progress.bad()).isEqualTo(1);
            assertThat(progress.watermarkMicros())
                    .isEqualTo(TestIngest.minute(6).toEpochMilli() * 1_000);
            assertThat(ingest.records(ingest.config.slotsTopic())).hasSize(2);
        }
    }

    @Test
    @DisplayName("P2: no round opens before every source partition was heard of")
    void waitsForEverySourcePartition() throws Exception {
        List<SourcePartition> two = List.of(TopologyHarness.SOURCE, new SourcePartition("observations", 1));
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config(), TopologyHarness.ledger(), 0, two)) {
            ingest.observe(0, "A", 1).observe(5 * HOUR, "A", 2).pass();
            assertThat(ingest.repository.ledgers()).hasSize(1);
        }
    }

    @Test
    @DisplayName("P3: one commit closes all windows that are ready, but none across the end of a day")
    void neverSpansTheEndOfADay() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).observe(2 * DAY + 3 * HOUR, "B", 2).pass().pass();
            assertThat(ingest.repository.ledgers()).extracting(Ledger::closed).containsExactly(0L, 24L, 48L, 50L);
        }
    }

    @Test
    @DisplayName("P4: a chunk shows no row of an open window")
    void openWindowsAreNotVisible() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).observe(HOUR + 1, "A", 4).pass();
            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.repository.at(0, "A")).isEqualTo(1);
            assertThat(ingest.repository.at(HOUR, "A")).isNaN();
            ingest.observe(2 * HOUR + 1, "A", 5).pass();
            assertThat(ingest.repository.at(HOUR, "A")).isEqualTo(4);
        }
    }

    @Test
    @DisplayName("P5 and P12: a late record revises a published window, whose other rows are still there")
    void revisesPublishedWindows() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1)
                    .observe(20, "B", 2)
                    .observe(HOUR + 1, "A", 3)
                    .pass();
            ingest.observe(20, "A", 9).pass(Duration.ofSeconds(6)).pass();
            assertThat(ingest.tip().sequence()).isEqualTo(2);
            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.repository.at(0, "A")).isEqualTo(1);
            assertThat(ingest.repository.at(20, "B")).isEqualTo(2);
            assertThat(ingest.repository.at(20, "A")).isEqualTo(9);
        }
    }

    @Test
    @DisplayName(
            "P6: a round is answered by its chunks first and by their number last, although storing fails at first")
    void answersChunksFirst() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.repository.storesThatFail = 3;
            ingest.observe(0, "A", 1)
                    .observe(0, "C", 2)
                    .observe(HOUR + 1, "A", 3)
                    .pass(Duration.ofSeconds(1))
                    .pass();
            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.told).anyMatch(text -> text.startsWith("waiting for the repository's storage"));
            List<CommitMessage> answers = ingest.messages(CommitMessage.class).stream()
                    .filter(message -> !(message instanceof Progress))
                    .toList();
            assertThat(answers.get(answers.size() - 1)).isInstanceOfSatisfying(RoundDone.class, done -> {
                assertThat(done.chunks()).isEqualTo(2);
                assertThat(answers.stream()
                                .filter(a -> a instanceof ChunkReady ready
                                        && ready.round().equals(done.round())))
                        .hasSize(2);
            });
        }
    }

    @Test
    @DisplayName(
            "P7: a round on a base that is older than one seen is refused, and a branch that was reset halts the ingest")
    void refusesOldBases() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).observe(HOUR + 1, "A", 3).pass();
            ingest.observe(2 * HOUR + 1, "A", 3).pass();
            assertThat(ingest.tip().sequence()).isEqualTo(2);
            Round old = new Round(
                    "old", "i1", TopologyHarness.ledger().base(), ingest.tip().position(), 3, 0);
            ingest.inject(ingest.config.slotsTopic(), ProtocolJson.encode(old));
            assertThat(ingest.messages(CommitMessage.Refused.class))
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.round()).isEqualTo("old"));
            ingest.repository.reset();
            ingest.observe(3 * HOUR + 1, "A", 3);
            assertThatThrownBy(() -> ingest.pass().pass())
                    .isInstanceOf(StreamsException.class)
                    .rootCause()
                    .isInstanceOf(HaltException.class)
                    .hasMessageContaining("reset")
                    .hasMessageContaining("reinit");
            assertThat(ingest.records(ingest.config.eventsTopic()))
                    .anyMatch(event -> new String(event.value(), UTF_8).contains("\"halted\""));
        }
    }

    @Test
    @DisplayName("P8: a round on a ledger that is no longer the tip's is opened again")
    void reopensOnAnotherLedger() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).pass();
            ingest.repository.publishBySomebodyElse();
            ingest.observe(HOUR + 1, "A", 3).pass().pass();
            assertThat(ingest.tip().sequence()).isEqualTo(2);
            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.repository.at(0, "A")).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("P8: a round with references older than half of the GC age is opened again and built anew")
    void reopensARoundWithOldReferences() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).pass();
            ingest.repository.publishesThatFail = Integer.MAX_VALUE;
            ingest.observe(HOUR + 1, "A", 3).pass();
            assertThat(ingest.repository.ledgers()).hasSize(1);
            List<ChunkReady> stored = ingest.messages(ChunkReady.class);
            assertThat(stored).isNotEmpty();

            ingest.repository.publishesThatFail = 0;
            ingest.pass(ingest.config.commit().maxUncommittedAge().plusSeconds(1))
                    .pass()
                    .pass();

            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.repository.at(0, "A")).isEqualTo(1);
            List<ChunkReady> again = ingest.messages(ChunkReady.class);
            assertThat(again).hasSameSizeAs(stored);
            assertThat(again.get(0).round()).isNotEqualTo(stored.get(0).round());
        }
    }

    @Test
    @DisplayName("P18: a round that the publisher finds too old at its attempt is opened again, once")
    void reopensARoundThatBecameTooOldWhilePublishing() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).pass();
            ingest.repository.publishesThatAreTooOld = 1;
            ingest.observe(HOUR + 1, "A", 3).pass().pass();

            assertThat(ingest.told).anyMatch(text -> text.contains("the round is built again"));
            assertThat(ingest.repository.ledgers()).extracting(Ledger::closed).containsExactly(0L, 1L);
            assertThat(ingest.messages(ChunkReady.class))
                    .extracting(ChunkReady::round)
                    .doesNotHaveDuplicates()
                    .hasSize(2)
                    .last()
                    .isEqualTo(ingest.tip().round().orElseThrow());
            assertThat(ingest.tip().isBalanced()).isTrue();
        }
    }

    @Test
    @DisplayName("P9: a publish whose reply was lost is found in the ledger and not repeated")
    void findsAPublishWhoseReplyWasLost() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).pass();
            ingest.repository.losesReplies = true;
            ingest.observe(HOUR + 1, "A", 3).pass().pass();
            assertThat(ingest.repository.ledgers()).extracting(Ledger::closed).containsExactly(0L, 1L);
            ingest.repository.losesReplies = false;
            ingest.observe(2 * HOUR + 1, "A", 3).pass().pass();
            assertThat(ingest.repository.ledgers()).extracting(Ledger::closed).containsExactly(0L, 1L, 2L);
        }
    }

    @Test
    @DisplayName("P10: bad records alone make no snapshot, except at the end of a bounded run")
    void saysNothingWhenThereIsNothingToSay() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.send("broken".getBytes(UTF_8)).pass(Duration.ofSeconds(6)).pass();
            assertThat(ingest.repository.ledgers()).hasSize(1);
            ingest.ends.bounded = 1;
            ingest.pass().pass();
            assertThat(ingest.tip().bad().sum()).isEqualTo(1);
            assertThat(ingest.tip().isBalanced()).isTrue();
        }
    }

    @Test
    @DisplayName("P11: a record of a chunk that is final on the base becomes one dead letter")
    void deadLettersWhatCameTooLate() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).observe(13 * HOUR + 1, "A", 2).pass();
            assertThat(ingest.tip().finalBefore()).isEqualTo(4);
            ingest.observe(1, "B", 3).pass(Duration.ofSeconds(6)).pass();
            ingest.observe(14 * HOUR + 1, "A", 2).pass();
            assertThat(ingest.records(ingest.config.deadLetterTopic()))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(TopologyHarness.header(letter, DeadLetter.REASON))
                                .isEqualTo("LATE");
                        assertThat(TopologyHarness.header(letter, DeadLetter.OFFSET))
                                .isEqualTo("2");
                        assertThat(new String(letter.value(), UTF_8)).contains("\"station\":\"B\"", "3.0");
                    });
            assertThat(Ledger.total(ingest.tip().dead())).isEqualTo(1);
            assertThat(ingest.tip().isBalanced()).isTrue();
            assertThat(ingest.repository.at(0, "B")).isNaN();
        }
    }

    @Test
    @DisplayName("P13: the floor is the first record of the oldest chunk that can still change")
    void keepsTheFloor() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1)
                    .observe(5 * HOUR, "A", 2)
                    .observe(6 * HOUR, "A", 2)
                    .pass();
            assertThat(ingest.tip().floor().at(TopologyHarness.SOURCE)).isZero();
            ingest.observe(13 * HOUR + 1, "A", 2).pass();
            assertThat(ingest.tip().floor().at(TopologyHarness.SOURCE)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("P14: every record is counted once, as accepted, dead or bad")
    void countsAddUp() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1)
                    .observe(0, "A", 2)
                    .send(new byte[0])
                    .observe(HOUR + 1, "A", 3)
                    .pass();
            Ledger tip = ingest.tip();
            assertThat(tip.position().sum()).isEqualTo(4);
            assertThat(Ledger.total(tip.accepted())).isEqualTo(3);
            assertThat(Ledger.total(tip.cells())).isEqualTo(1);
            assertThat(tip.bad().sum()).isEqualTo(1);
            assertThat(tip.isBalanced()).isTrue();
            assertThat(ingest.repository.at(0, "A")).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("P15: a day is tagged on the snapshot that completed it, before the next round, also by a later owner")
    void tagsDays() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            ingest.observe(0, "A", 1).observe(DAY + 2 * HOUR, "A", 2).pass().pass();
            LocalDate day = LocalDate.parse("2026-01-01");
            assertThat(ingest.repository.tags)
                    .containsExactly(java.util.Map.entry(
                            day, ingest.repository.ledgers().get(1).id()));
        }
        EndedDay untagged = new EndedDay(LocalDate.parse("2026-01-03"), FakeRepository.id(0));
        Ledger ledger = TopologyHarness.ledger().in(FakeRepository.id(0), Optional.of(untagged.day()));
        try (TopologyHarness ingest =
                new TopologyHarness(TestIngest.config(), ledger, 0, List.of(TopologyHarness.SOURCE))) {
            ingest.pass();
            assertThat(ingest.repository.tags)
                    .containsExactly(java.util.Map.entry(untagged.day(), untagged.snapshot()));
        }
    }

    @Test
    @DisplayName("P16: an empty store whose input was read does not start")
    void refusesALostStore() throws Exception {
        assertThatThrownBy(() -> new TopologyHarness(
                                TestIngest.config(), TopologyHarness.ledger(), 7, List.of(TopologyHarness.SOURCE))
                        .close())
                .hasStackTraceContaining("is empty, but its input was read to offset 7")
                .hasStackTraceContaining("run reinit");
    }

    @Test
    @DisplayName("P17: rounds and progress of another incarnation have no effect")
    void ignoresOtherIncarnations() throws Exception {
        try (TopologyHarness ingest = ingest()) {
            Round foreign = new Round(
                    "zombie",
                    "i0",
                    TopologyHarness.ledger().base(),
                    TopologyHarness.ledger().position(),
                    3,
                    0);
            ingest.inject(ingest.config.slotsTopic(), ProtocolJson.encode(foreign));
            Progress progress = new Progress(
                    "i0", TopologyHarness.SOURCE, 0, 0, DAY * 60_000_000L * 500_000, 99, false, false, 0, 0);
            ingest.inject(ingest.config.commitTopic(), ProtocolJson.encode(progress));
            ingest.observe(0, "A", 1).pass();
            assertThat(ingest.tip().closed()).isZero();
            assertThat(ingest.messages(RoundDone.class))
                    .noneMatch(done -> done.round().equals("zombie"));
        }
    }

    @Test
    @DisplayName("P17: no Kafka TimeoutException leaves a punctuator")
    void wrapsKafkaTimeouts() throws Exception {
        assertThatThrownBy(() -> InterruptedWorkException.guard("test", () -> {
                    throw new org.apache.kafka.common.errors.TimeoutException("slow");
                }))
                .isInstanceOf(InterruptedWorkException.class);
    }
}
