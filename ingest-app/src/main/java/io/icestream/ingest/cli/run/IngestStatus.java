package io.icestream.ingest.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.cli.RepositorySummary;
import io.icestream.ingest.cli.TopicReader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolException;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * How an ingest stands: ledger, offsets of the brokers, last progress messages.
 *
 * @param id name of the ingest
 * @param repository where the arrays live
 * @param branch the branch
 * @param repositoryStatus whether the repository accepts changes; empty if there is none yet
 * @param ledger the ledger; empty before the first run
 * @param committed when the tip of the branch was committed
 * @param publishedTo end of the last published window
 * @param watermark event time up to which windows can be closed, by the last progress messages
 * @param openWindows windows that have begun and are not published
 * @param lag offsets between what is published and the ends of the topics
 * @param partitions each source partition
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record IngestStatus(
        String id,
        String repository,
        String branch,
        Optional<RepositorySummary> repositoryStatus,
        Optional<Ledger> ledger,
        Optional<Instant> committed,
        Optional<Instant> publishedTo,
        Optional<Instant> watermark,
        long openWindows,
        long lag,
        List<PartitionStatus> partitions) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long TAIL_OFFSETS = 2_000;

    /** Finds out. Costs a few requests to the repository and the brokers, and the tail of the commit topic. */
    static IngestStatus read(IngestConfig config) {
        LedgerReader repository = LedgerReader.read(config);
        Optional<Ledger> ledger = repository.ledger();
        Map<SourcePartition, Progress> progress = lastProgress(config);
        List<PartitionStatus> partitions = partitions(config, ledger, progress);
        DatasetGrid grid = new DatasetGrid(config.dataset());
        long greatest = progress.values().stream()
                .mapToLong(Progress::greatestEventMicros)
                .max()
                .orElse(Long.MIN_VALUE);
        long closed = ledger.map(Ledger::closed).orElse(0L);
        return new IngestStatus(
                config.id(),
                config.repository().location(),
                config.repository().branch(),
                repository.summary(),
                ledger,
                repository.tip(),
                ledger.map(known -> grid.startOf(known.closed())),
                watermark(progress),
                greatest == Long.MIN_VALUE ? 0 : Math.max(0, grid.windowsEndedBy(greatest) + 1 - closed),
                partitions.stream().mapToLong(PartitionStatus::lag).sum(),
                partitions);
    }

    private static Optional<Instant> watermark(Map<SourcePartition, Progress> progress) {
        return progress.values().stream()
                .filter(last -> !last.idle())
                .mapToLong(Progress::watermarkMicros)
                .min()
                .stream()
                .boxed()
                .findFirst()
                .flatMap(PartitionStatus::instant);
    }

    private static Map<SourcePartition, Progress> lastProgress(IngestConfig config) {
        Map<SourcePartition, Progress> last = new HashMap<>();
        boolean unused = new TopicReader(config.clientProperties(), config.commitTopic())
                .readTail(TAIL_OFFSETS, message -> {
                    byte[] value = message.value();
                    if (value != null) {
                        decoded(value).ifPresent(progress -> last.put(progress.source(), progress));
                    }
                });
        return last;
    }

    private static Optional<Progress> decoded(byte[] value) {
        try {
            return ProtocolJson.decode(value, CommitMessage.class) instanceof Progress progress
                    ? Optional.of(progress)
                    : Optional.empty();
        } catch (ProtocolException ofAnotherVersion) {
            return Optional.empty();
        }
    }

    private static List<PartitionStatus> partitions(
            IngestConfig config, Optional<Ledger> ledger, Map<SourcePartition, Progress> progress) {
        try (Cluster cluster = Cluster.at(config.clientProperties(), PATIENCE)) {
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            for (String topic : config.dataset().topics()) {
                cluster.findTopic(topic)
                        .ifPresent(found -> found.partitions()
                                .forEach(info ->
                                        wanted.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest())));
            }
            List<PartitionStatus> all = new ArrayList<>();
            cluster.offsets(wanted).entrySet().stream()
                    .map(entry -> Map.entry(
                            new SourcePartition(
                                    entry.getKey().topic(), entry.getKey().partition()),
                            entry.getValue()))
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> all.add(PartitionStatus.of(
                            entry.getKey(),
                            entry.getValue(),
                            ledger.map(known -> known.position().at(entry.getKey()))
                                    .orElse(0L),
                            Optional.ofNullable(progress.get(entry.getKey())))));
            return all;
        }
    }
}
