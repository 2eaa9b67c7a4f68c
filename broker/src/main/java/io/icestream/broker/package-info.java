/**
 * A real Kafka broker and a schema registry on this machine, for the demo, tests and benchmarks. Neither ships with production.
 *
 * <p>The broker is a child process, because a fatal fault of Kafka's halts its JVM; the registry runs in this one.
 *
 * <pre>
 *   LocalBroker ── starts, watches, stops ──► BrokerProcess (child JVM: combined controller and broker)
 *   RegistryServer ── HTTP ──► SchemaCatalog (subjects, versions, ids; kept in a file)
 * </pre>
 */
@NullMarked
package io.icestream.broker;

import org.jspecify.annotations.NullMarked;
