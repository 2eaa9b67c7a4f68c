package io.icestream.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.storage.Durability;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EngineBenchTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    static List<String> names() {
        return EngineBench.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsEveryWorkloadAtItsSmallestSize(String name) {
        Workbench bench = new Workbench(folder.resolve("repositories"), Durability.PROCESS);

        ObjectNode result = EngineBench.run(name, Scale.SMOKE, bench);

        assertThat(result.get("workload").asText()).isEqualTo(name);
        assertThat(result.size()).isGreaterThan(4);
        assertThat(bench.folder()).doesNotExist();
    }
}
