package io.icestream.ingest.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;

/**
 * A partition of a topic that observations are read from. Ordered by topic, then by number; this order breaks ties between versions.
 *
 * @param topic name of the topic
 * @param partition number of the partition
 */
public record SourcePartition(String topic, int partition) implements Comparable<SourcePartition> {

    private static final Comparator<SourcePartition> ORDER =
            Comparator.comparing(SourcePartition::topic).thenComparingInt(SourcePartition::partition);

    public SourcePartition {
        if (partition < 0) {
            throw new IllegalArgumentException("Invalid partition " + partition + " of topic '" + topic + "'");
        }
    }

    /**
     * Reads the text form.
     *
     * @param text topic, hyphen, number: {@code observations-3}
     * @return the partition
     * @throws IllegalArgumentException if the text has another form
     */
    @JsonCreator
    public static SourcePartition parse(String text) {
        int hyphen = text.lastIndexOf('-');
        if (hyphen <= 0) {
            throw new IllegalArgumentException("Invalid source partition '" + text + "': expected TOPIC-NUMBER");
        }
        return new SourcePartition(text.substring(0, hyphen), Integer.parseInt(text.substring(hyphen + 1)));
    }

    @Override
    public int compareTo(SourcePartition other) {
        return ORDER.compare(this, other);
    }

    /** {@return the text form, {@code topic-number}} */
    @JsonValue
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
