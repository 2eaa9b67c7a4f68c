/**
 * The verb {@code produce}: CSV or JSON lines into a topic, as Avro in the registry's wire format.
 *
 * <pre>
 *   RowReader (CSV, JSON lines) ──► SchemaInference ──► schema, registered
 *            └────────────────────► RowEncoder ──► Disorder (only if asked for) ──► Sender ──► topic
 * </pre>
 */
@NullMarked
package io.icestream.ingest.cli.produce;

import org.jspecify.annotations.NullMarked;
