package io.icestream.ingest.cli.produce;

import io.icestream.ingest.cli.Output;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was sent.
 *
 * @param rows rows of the input
 * @param records records sent, repeated ones included
 * @param bad lines left out
 * @param schemaId id of the schema in the registry
 * @param seconds how long it took
 */
record ProduceSummary(long rows, long records, long bad, int schemaId, double seconds) {

    void print(Output output, String topic) {
        if (output.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("topic", topic);
            all.put("rows", rows);
            all.put("records", records);
            all.put("badLines", bad);
            all.put("schemaId", schemaId);
            all.put("seconds", Math.round(seconds * 1000) / 1000.0);
            output.json(all);
            return;
        }
        String left = bad == 0 ? "" : ", %,d bad lines left out".formatted(bad);
        output.line("Sent %,d records of %,d rows to '%s' in %.1f s (schema %d)%s"
                .formatted(records, rows, topic, seconds, schemaId, left));
    }
}
