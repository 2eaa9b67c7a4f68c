package io.icestream.ingest.topology;

import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.ProtocolJson;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology of one ingest.
 *
 * <pre>
 * source topics ─► decode ─► decode-marker ─► decode-drain ─► slots ─► assemble ─► commit ─► commit ─► events
 *                                 │ bad records                 ▲           │ late rows      │
 *                                 └─► dead letters ◄────────────┼───────────┘                │
 *                                                               └──────────── rounds ────────┘
 * </pre>
 *
 * Every node and store has an explicit name: names are part of the upgrade contract, as changelog topics are made from them. Keys and
 * values are read as bytes and decoded in the processors, so that no handler of Kafka Streams can skip a record.
 */
public final class IngestTopology {

    static final String DECODE_SOURCE = "decode-source";
    static final String DECODE = "decode";
    static final String DECODE_MARKER = "decode-marker";
    static final String DECODE_FLUSHED = "decode-flushed";
    static final String DECODE_DRAIN = "decode-drain";
    static final String DECODE_SLOTS = "decode-slots";
    static final String DECODE_PROGRESS = "decode-progress";
    static final String DECODE_DEAD_LETTERS = "decode-dead-letters";
    static final String ASSEMBLE_SOURCE = "assemble-source";
    static final String ASSEMBLE = "assemble";
    static final String ASSEMBLE_ANSWERS = "assemble-answers";
    static final String ASSEMBLE_DEAD_LETTERS = "assemble-dead-letters";
    static final String COMMIT_SOURCE = "commit-source";
    static final String COMMIT = "commit";
    static final String COMMIT_ROUNDS = "commit-rounds";
    static final String COMMIT_EVENTS = "commit-events";

    private static final String MARKER_STORE = "decode-marker-table";

    private final IngestParts parts;

    private IngestTopology(IngestParts parts) {
        this.parts = parts;
    }

    /**
     * Builds the topology.
     *
     * @param parts what its processors are made from
     * @return the topology, for a client whose configuration is {@link StreamsSettings}
     */
    public static Topology build(IngestParts parts) {
        IngestTopology builder = new IngestTopology(parts);
        Topology topology = builder.decode();
        builder.assemble(topology);
        builder.commit(topology);
        return topology;
    }

    /** The only part that needs the DSL: no other call gives a table whose cache tells of its flush. */
    private Topology decode() {
        StreamsBuilder dsl = new StreamsBuilder(StreamsSettings.topologyConfig());
        dsl.stream(
                        parts.config().dataset().topics(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                                .withTimestampExtractor(new RecordTimestamps())
                                .withOffsetResetPolicy(AutoOffsetReset.none())
                                .withName(DECODE_SOURCE))
                .processValues(() -> new DecodeProcessor(parts), Named.as(DECODE))
                .toTable(
                        Named.as(DECODE_MARKER),
                        Materialized.<byte[], byte[]>as(Stores.inMemoryKeyValueStore(MARKER_STORE))
                                .withKeySerde(Serdes.ByteArray())
                                .withValueSerde(Serdes.ByteArray())
                                .withCachingEnabled()
                                .withLoggingDisabled())
                .toStream(Named.as(DECODE_FLUSHED));
        Topology topology = dsl.build();
        topology.addProcessor(DECODE_DRAIN, () -> new DrainProcessor(parts), DECODE, DECODE_FLUSHED);
        topology.addStateStore(new DecodeHeap.Builder(parts), DECODE, DECODE_DRAIN);
        topology.addStateStore(logged(Stores.inMemoryKeyValueStore(DecodeTask.ENTRIES)), DECODE, DECODE_DRAIN);
        addSlotsSink(topology, DECODE_SLOTS, DECODE_DRAIN);
        addCommitSink(topology, DECODE_PROGRESS, DECODE_DRAIN);
        topology.addSink(
                DECODE_DEAD_LETTERS,
                parts.config().deadLetterTopic(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                DECODE_DRAIN);
        return topology;
    }

    private void assemble(Topology topology) {
        topology.addSource(
                AutoOffsetReset.none(),
                ASSEMBLE_SOURCE,
                new RecordTimestamps(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                parts.config().slotsTopic());
        BusyAssemblers busy = new BusyAssemblers();
        topology.addProcessor(ASSEMBLE, () -> new AssembleProcessor(parts, busy), ASSEMBLE_SOURCE);
        topology.addStateStore(logged(Stores.persistentKeyValueStore(AssembleProcessor.BLOCKS)), ASSEMBLE);
        topology.addStateStore(logged(Stores.inMemoryKeyValueStore(AssembleProcessor.META)), ASSEMBLE);
        addCommitSink(topology, ASSEMBLE_ANSWERS, ASSEMBLE);
        topology.addSink(
                ASSEMBLE_DEAD_LETTERS,
                parts.config().deadLetterTopic(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                ASSEMBLE);
    }

    private void commit(Topology topology) {
        topology.addSource(
                AutoOffsetReset.none(),
                COMMIT_SOURCE,
                new RecordTimestamps(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                parts.config().commitTopic());
        topology.addProcessor(COMMIT, () -> new CommitProcessor(parts), COMMIT_SOURCE);
        topology.addStateStore(logged(Stores.inMemoryKeyValueStore(CommitProcessor.STATE)), COMMIT);
        addSlotsSink(topology, COMMIT_ROUNDS, COMMIT);
        topology.addSink(
                COMMIT_EVENTS,
                parts.config().eventsTopic(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                COMMIT);
    }

    private void addSlotsSink(Topology topology, String name, String parent) {
        Serializer<SlotMessage> serializer = (topic, message) -> message.encoded();
        topology.addSink(
                name,
                parts.config().slotsTopic(),
                new ByteArraySerializer(),
                serializer,
                new SlotPartitioner(),
                parent);
    }

    private void addCommitSink(Topology topology, String name, String parent) {
        Serializer<CommitMessage> serializer = (topic, message) -> ProtocolJson.encode(message);
        topology.addSink(name, parts.config().commitTopic(), new ByteArraySerializer(), serializer, parent);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> logged(KeyValueBytesStoreSupplier supplier) {
        return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of())
                .withCachingDisabled();
    }
}
