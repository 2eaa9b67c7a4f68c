@NullMarked
package io.icestream.ingest.commit;

import org.jspecify.annotations.NullMarked;
