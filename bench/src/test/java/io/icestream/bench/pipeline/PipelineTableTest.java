package io.icestream.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.bench.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTableTest {

    @Test
    void ratiosAreOfTheSameTurnAndRatesAreMedians() {
        List<JsonNode> results = new ArrayList<>();
        int[] pythonSeconds = {10, 20, 16};
        int[] ourSeconds = {8, 10, 4};
        for (int turn = 1; turn <= 3; turn++) {
            results.add(result("python-numpy", turn, pythonSeconds[turn - 1]));
            results.add(result("icestream-1", turn, ourSeconds[turn - 1]));
        }

        assertThat(new PipelineTable(results).rates().toString().lines())
                .element(3)
                .asString()
                .containsSubsequence("icestream-1", "500,000", "2.00", "1.25", "4.00");
    }

    @Test
    void withoutTheMeasureThereIsNoRatio() {
        assertThat(new PipelineTable(List.of(result("icestream-1", 1, 8)))
                        .rates()
                        .toString())
                .contains("icestream-1", "500,000")
                .doesNotContain("NaN");
    }

    private static JsonNode result(String name, int turn, int seconds) {
        return Json.object()
                .put("name", name)
                .put("turn", turn)
                .put("records", 4_000_000)
                .put("seconds", seconds);
    }
}
