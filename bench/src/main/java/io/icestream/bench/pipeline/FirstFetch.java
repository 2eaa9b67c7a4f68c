package io.icestream.bench.pipeline;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Finds out when a stream thread of this JVM got its first records of a topic, by asking Kafka's own metrics. A bounded run's look at the
 * last records of each partition, before the threads start, does not count.
 */
final class FirstFetch implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 5;

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final String topic;
    private volatile OptionalLong atNanos = OptionalLong.empty();

    private FirstFetch(String topic) {
        this.topic = topic;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // look() does not throw
    static FirstFetch watch(String topic) {
        FirstFetch watch = new FirstFetch(topic);
        watch.timer.scheduleWithFixedDelay(watch::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        try {
            Set<ObjectName> consumers = beans.queryNames(
                    new ObjectName(
                            "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*-StreamThread-*-consumer,topic="
                                    + topic),
                    null);
            for (ObjectName consumer : consumers) {
                Object total = beans.getAttribute(consumer, "records-consumed-total");
                if (total instanceof Number number && number.doubleValue() > 0) {
                    atNanos = OptionalLong.of(System.nanoTime());
                    timer.shutdown();
                    return;
                }
            }
        } catch (JMException gone) {
            // The next look follows.
        }
    }

    /** {@link System#nanoTime()} of the first records. */
    long atNanos() {
        return atNanos.orElseThrow(() -> new IllegalStateException("No record of '" + topic + "' was read"));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
