package io.icestream.ingest.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.topology.HaltException;
import io.icestream.ingest.topology.InterruptedWorkException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whole ingests: real broker, real registry, real repository in memory. Each test has its own topic, and mostly waits. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class IngestApplicationTest {

    private LocalBroker broker;
    private RegistryServer registry;
    private Path folder;

    @BeforeAll
    void startBroker(@TempDir Path shared) {
        folder = shared;
        broker = LocalBroker.start(shared.resolve("broker"));
        registry = RegistryServer.start();
    }

    @AfterAll
    void stopBroker() {
        registry.close();
        broker.close();
    }

    private RunningIngest ingest(String name) throws Exception {
        return new RunningIngest(broker, registry, folder, name);
    }

    @Test
    void aBoundedRunClosesEveryWindowAndDayAndEnds() throws Exception {
        try (RunningIngest ingest = ingest("bounded")) {
            ingest.produce(0, 0, "A", 1)
                    .produce(1, 30, "B", 2)
                    .produce(0, 24 * 60 + 5, "C", 3)
                    .flush();
            RunSummary summary = ingest.start("one", RunOptions.TO_END).awaitEnd();
            assertThat(summary.halted()).isEmpty();
            Ledger ledger = summary.ledger().orElseThrow();
            assertThat(ledger.closed()).isEqualTo(48);
            assertThat(ledger.isBalanced()).isTrue();
            assertThat(ingest.repository().tags().keySet()).containsExactly("daily-2026-01-01", "daily-2026-01-02");
            assertThat(ingest.at(0, "A")).isEqualTo(1);
            assertThat(ingest.at(20, "B")).isEqualTo(2);
            assertThat(ingest.at(24 * 60, "C")).isEqualTo(3);
        }
    }

    @Test
    void goesOnInMidWindowAfterARestart() throws Exception {
        try (RunningIngest ingest = ingest("restart")) {
            ingest.produce(0, 0, "A", 1)
                    .produce(1, 20, "B", 2)
                    .produce(0, 70, "A", 3)
                    .produce(1, 65, "C", 4)
                    .flush();
            IngestApplication first = ingest.start("one", RunOptions.CONTINUOUS);
            ingest.await("window 0", () -> ingest.ledger().map(Ledger::closed).orElse(0L) == 1);
            first.close(Duration.ofSeconds(20));
            ingest.produce(0, 80, "A", 5)
                    .produce(1, 110, "B", 6)
                    .produce(0, 40, "A", 7)
                    .flush();
            RunSummary summary = ingest.start("one", RunOptions.TO_END).awaitEnd();
            Ledger ledger = summary.ledger().orElseThrow();
            assertThat(ledger.closed()).isEqualTo(24);
            assertThat(ledger.position().sum()).isEqualTo(7);
            assertThat(Ledger.total(ledger.accepted())).isEqualTo(7);
            assertThat(ledger.isBalanced()).isTrue();
            assertThat(ingest.at(0, "A")).isEqualTo(1);
            assertThat(ingest.at(20, "B")).isEqualTo(2);
            assertThat(ingest.at(40, "A")).isEqualTo(7);
            assertThat(ingest.at(60, "A")).isEqualTo(3);
            assertThat(ingest.at(80, "A")).isEqualTo(5);
            assertThat(ingest.at(100, "B")).isEqualTo(6);
        }
    }

    @Test
    void twoInstancesPublishEachWindowOnce() throws Exception {
        try (RunningIngest ingest = ingest("two")) {
            Random random = new Random(7);
            double[] sums = ingest.produceRandom(random, 600, 30 * 60);
            IngestApplication one = ingest.start("one", RunOptions.TO_END);
            IngestApplication two = ingest.start("two", RunOptions.TO_END);
            Ledger seenByOne = one.awaitEnd().ledger().orElseThrow();
            Ledger seenByTwo = two.awaitEnd().ledger().orElseThrow();
            assertThat(seenByTwo.id()).isEqualTo(seenByOne.id());
            assertThat(seenByOne.closed()).isEqualTo(48);
            assertThat(seenByOne.position().sum()).isEqualTo(600);
            assertThat(seenByOne.isBalanced()).isTrue();
            assertThat(ingest.published).extracting(Ledger::sequence).doesNotHaveDuplicates();
            ingest.requireArrayEquals(sums);
        }
    }

    @Test
    void intoABucketWhoseRepliesGetLostEveryWindowIsPublishedOnce() throws Exception {
        try (S3TestServer server = S3TestServer.start("bucket")) {
            String location = "s3://bucket/weather?anonymous&allow-http&endpoint=" + server.endpoint();
            try (RunningIngest ingest =
                    new RunningIngest(broker, registry, folder, "bucket", () -> Stores.open(location))) {
                for (int commit = 2; commit < 40; commit += 4) {
                    server.inject(CloudFault.on(CloudCall.PUT)
                            .key("/repo")
                            .from(commit)
                            .dropAfter());
                    server.inject(CloudFault.on(CloudCall.PUT)
                            .key("/repo")
                            .from(commit + 1)
                            .dropBefore());
                }
                double[] sums = ingest.produceRandom(new Random(13), 400, 20 * 60);
                IngestApplication first = ingest.start("one", RunOptions.CONTINUOUS);
                ingest.await(
                        "half of the windows",
                        () -> ingest.ledger().map(Ledger::closed).orElse(0L) >= 10);
                first.close(Duration.ofSeconds(20));
                Ledger ledger = ingest.start("one", RunOptions.TO_END)
                        .awaitEnd()
                        .ledger()
                        .orElseThrow();

                assertThat(ledger.closed()).isEqualTo(24);
                assertThat(ledger.position().sum()).isEqualTo(400);
                assertThat(ledger.isBalanced()).isTrue();
                assertThat(ingest.published).extracting(Ledger::sequence).doesNotHaveDuplicates();
                ingest.requireArrayEquals(sums);
                assertThat(server.requests().stream()
                                .filter(request -> request.startsWith("PUT") && request.endsWith("weather/repo"))
                                .count())
                        .as("conditional writes, some of which were repeated")
                        .isGreaterThan(ledger.sequence());
            }
        }
    }

    @Test
    @DisplayName("P1, P2: with commits delayed, no row below a round's position comes after the round")
    void aWindowNeverClosesAheadOfItsData() throws Exception {
        try (RunningIngest ingest = ingest("delayed")) {
            IngestConfig config = ingest.config("one", Map.of("commit.interval.ms", "2500"));
            IngestApplication application = ingest.start(config, RunOptions.CONTINUOUS);
            Random random = new Random(11);
            for (int hour = 0; hour < 8; hour++) {
                ingest.produceRandom(random, 50, hour * 60, (hour + 1) * 60);
                long closed = hour / 2;
                ingest.await(
                        "progress", () -> ingest.ledger().map(Ledger::closed).orElse(0L) >= closed);
            }
            application.close(Duration.ofSeconds(20));
            int rounds = 0;
            for (List<ConsumerRecord<byte[], byte[]>> partition : ingest.byPartition(config.slotsTopic())) {
                Offsets covered = Offsets.NONE;
                for (ConsumerRecord<byte[], byte[]> record : partition) {
                    if (record.value()[0] == '{') {
                        covered =
                                ProtocolJson.decode(record.value(), Round.class).position();
                        rounds++;
                    } else {
                        Block block = Block.decode(record.value());
                        assertThat(block.minOffset()).isGreaterThanOrEqualTo(covered.at(block.source()));
                    }
                }
            }
            assertThat(rounds).isGreaterThan(2);
        }
    }

    @Test
    @DisplayName("the outcome is the same when every point of the protocol fails once")
    void survivesAFailureAtEachPoint() throws Exception {
        try (RunningIngest ingest = ingest("points")) {
            Set<ProtocolPoint> failed = Collections.synchronizedSet(EnumSet.noneOf(ProtocolPoint.class));
            ingest.observer = point -> {
                if (point.text().matches("(decode|asm|com.round-open|com.published).*") && failed.add(point)) {
                    throw new InterruptedWorkException("the test fails at " + point.text(), new IOException("test"));
                }
            };
            double[] expected = ingest.produceRandom(new Random(13), 300, 20 * 60);
            Ledger ledger =
                    ingest.start("one", RunOptions.TO_END).awaitEnd().ledger().orElseThrow();
            assertThat(failed)
                    .contains(
                            ProtocolPoint.DECODE_DRAINED,
                            ProtocolPoint.ASM_BLOCK_STORED,
                            ProtocolPoint.ASM_ROUND_STORED,
                            ProtocolPoint.ASM_PUT_DONE,
                            ProtocolPoint.ASM_DONE_UNCOMMITTED,
                            ProtocolPoint.COM_ROUND_OPEN_UNCOMMITTED,
                            ProtocolPoint.COM_PUBLISHED_UNCOMMITTED);
            assertThat(ledger.position().sum()).isEqualTo(300);
            assertThat(Ledger.total(ledger.accepted())).isEqualTo(300);
            assertThat(ledger.isBalanced()).isTrue();
            ingest.requireArrayEquals(expected);
        }
    }

    @Test
    @DisplayName("P16: a lost changelog stops the ingest, and reinit rebuilds from the floor without counting twice")
    void reinitRebuildsFromTheFloor() throws Exception {
        try (RunningIngest ingest = ingest("reinit")) {
            ingest.produce(0, "broken".getBytes(UTF_8)).produce(1, 20, "B", 2);
            ingest.produce(0, 0, "A", 1)
                    .produce(0, 130, "A", 3)
                    .produce(1, 130, "C", 4)
                    .flush();
            IngestApplication first = ingest.start("one", RunOptions.CONTINUOUS);
            ingest.await(
                    "two windows", () -> ingest.ledger().map(Ledger::closed).orElse(0L) == 2);
            first.close(Duration.ofSeconds(20));
            ingest.deleteTopics(topic -> topic.startsWith("icestream-test-reinit-") && topic.contains("assemble"));
            ingest.deleteState("one");

            IngestApplication second = ingest.start("one", RunOptions.CONTINUOUS);
            assertThat(second.awaitEnd().halted())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("run reinit"));

            Init init = Reinit.run(ingest.config("one", Map.of()), ingest.wiring());
            assertThat(init.ledger().closed()).isEqualTo(2);
            ingest.produce(0, 21, "A", 5).flush();
            Ledger ledger =
                    ingest.start("one", RunOptions.TO_END).awaitEnd().ledger().orElseThrow();
            assertThat(ledger.closed()).isEqualTo(24);
            assertThat(ledger.position().sum()).isEqualTo(6);
            assertThat(ledger.bad().sum()).isEqualTo(1);
            assertThat(Ledger.total(ledger.accepted())).isEqualTo(5);
            assertThat(ledger.isBalanced()).isTrue();
            assertThat(ingest.at(0, "A")).isEqualTo(1);
            assertThat(ingest.at(20, "A")).isEqualTo(5);
            assertThat(ingest.at(20, "B")).isEqualTo(2);
            assertThat(ingest.at(120, "C")).isEqualTo(4);
            assertThat(ingest.records("icestream.test-reinit.dlq")).hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "P16: reinit changes the number of slot partitions, in the middle of a chunk, and the counts still add up")
    void reinitChangesTheNumberOfSlotPartitions() throws Exception {
        try (RunningIngest ingest = ingest("wider")) {
            ingest.produce(0, 0, "A", 1)
                    .produce(1, 20, "C", 2)
                    .produce(0, 70, "A", 3)
                    .produce(1, 70, "C", 4)
                    .flush();
            IngestApplication first = ingest.start("one", RunOptions.CONTINUOUS);
            ingest.await("window 0", () -> ingest.ledger().map(Ledger::closed).orElse(0L) == 1);
            first.close(Duration.ofSeconds(20));

            for (int slotPartitions : List.of(5, 1)) {
                ingest.slotPartitions = slotPartitions;
                assertThatThrownBy(() -> ingest.start("one", RunOptions.CONTINUOUS))
                        .isInstanceOf(HaltException.class)
                        .hasMessageContaining("the configuration says " + slotPartitions)
                        .hasMessageContaining("run reinit");
                Init init = Reinit.run(ingest.config("one", Map.of()), ingest.wiring());
                assertThat(init.slots()).hasSize(slotPartitions);
                ingest.produce(0, 40 + slotPartitions / 5 * 20, "B", slotPartitions)
                        .flush();
                Ledger ledger = ingest.start("one", RunOptions.TO_END)
                        .awaitEnd()
                        .ledger()
                        .orElseThrow();
                assertThat(ledger.slotPartitions()).isEqualTo(slotPartitions);
                assertThat(ledger.closed()).isEqualTo(24);
                assertThat(ledger.isBalanced()).isTrue();
            }
            Ledger ledger = ingest.ledger().orElseThrow();
            assertThat(Ledger.total(ledger.accepted())).isEqualTo(6);
            assertThat(Ledger.total(ledger.cells())).isEqualTo(6);
            assertThat(ingest.at(0, "A")).isEqualTo(1);
            assertThat(ingest.at(20, "C")).isEqualTo(2);
            assertThat(ingest.at(60, "A")).isEqualTo(3);
            assertThat(ingest.at(60, "B")).isEqualTo(5);
            assertThat(ingest.at(40, "B")).isEqualTo(1);
        }
    }

    @Test
    void waitsForBrokersAndSaysSo() throws Exception {
        try (RunningIngest ingest = ingest("nobody")) {
            IngestConfig config = ingest.unreachable();
            ExecutorService starter = Executors.newSingleThreadExecutor();
            Future<?> start = starter.submit(() -> ingest.start(config, RunOptions.CONTINUOUS));
            ingest.await(
                    "a message", () -> ingest.told.stream().anyMatch(text -> text.contains("the Kafka brokers at")));
            starter.shutdownNow();
            assertThatThrownBy(() -> start.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedWorkException.class);
        }
    }
}
