@NullMarked
package io.icestream.ingest.config;

import org.jspecify.annotations.NullMarked;
