package io.icestream.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a local broker runs. The defaults suit a laptop: a small heap and a compiler that starts fast.
 *
 * @param heapMegabytes size of the child's heap
 * @param port port on the loopback interface; 0 is the last one of the folder, or a free one
 * @param properties broker properties, as Kafka names them, on top of ours
 * @param jvmFlags further flags of the child's JVM
 * @param startTimeout time within which the broker has to be ready
 */
public record BrokerOptions(
        int heapMegabytes, int port, Map<String, String> properties, List<String> jvmFlags, Duration startTimeout) {

    /** 256 MB of heap, any port, first compiler only, a minute to start. */
    public static final BrokerOptions DEFAULT =
            new BrokerOptions(256, 0, Map.of(), List.of("-XX:TieredStopAtLevel=1"), Duration.ofMinutes(1));

    public BrokerOptions {
        if (heapMegabytes < 64) {
            throw new IllegalArgumentException("Invalid heap of " + heapMegabytes + " MB: must be at least 64");
        }
        properties = Map.copyOf(properties);
        jvmFlags = List.copyOf(jvmFlags);
    }

    /**
     * Changes the heap.
     *
     * @param megabytes its size
     * @return the changed options
     */
    public BrokerOptions withHeapMegabytes(int megabytes) {
        return new BrokerOptions(megabytes, port, properties, jvmFlags, startTimeout);
    }

    /**
     * Asks for a port.
     *
     * @param wanted its number; starting fails if it is taken
     * @return the changed options
     */
    public BrokerOptions withPort(int wanted) {
        return new BrokerOptions(heapMegabytes, wanted, properties, jvmFlags, startTimeout);
    }

    /**
     * Sets a broker property.
     *
     * @param key its name, as Kafka names it
     * @param value its value
     * @return the changed options
     */
    public BrokerOptions withProperty(String key, String value) {
        Map<String, String> more = new HashMap<>(properties);
        more.put(key, value);
        return new BrokerOptions(heapMegabytes, port, more, jvmFlags, startTimeout);
    }

    /**
     * Replaces the flags of the child's JVM, for instance to let it use all compilers under load.
     *
     * @param flags the flags
     * @return the changed options
     */
    public BrokerOptions withJvmFlags(String... flags) {
        return new BrokerOptions(heapMegabytes, port, properties, List.of(flags), startTimeout);
    }
}
