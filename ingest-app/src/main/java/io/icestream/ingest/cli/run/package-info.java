/** The verbs that act on one ingest by its configuration: {@code run}, {@code validate-config}, {@code status}, {@code dlq}, {@code reinit}. */
@NullMarked
package io.icestream.ingest.cli.run;

import org.jspecify.annotations.NullMarked;
