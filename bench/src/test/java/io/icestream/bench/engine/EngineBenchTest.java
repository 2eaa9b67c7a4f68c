package io.icestream.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
    void runsEveryWorkloadAtItsSmallestSize(String name) throws IOException {
        Workbench bench = new Workbench(folder.resolve("repositories"), Durability.PROCESS);

        ObjectNode result = EngineBench.run(name, Scale.SMOKE, bench);

        assertThat(result.get("workload").asText()).isEqualTo(name);
        assertThat(result.size()).isGreaterThan(4);
        try (Stream<Path> places = Files.list(folder)) {
            assertThat(places).allMatch(bench.folder()::equals);
        }
    }
}
