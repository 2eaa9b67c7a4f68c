package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of an export do not depend on how many cells are read at a time, also where there are three dimensions, none of them with times. */
class ArrayExportTest {
    private static final int DEPTHS = 7;
    private static final int ROWS = 5;
    private static final String[] LABELS = {"plain", "a, b", "say \"x\""};

    private final WritableSession session = Repository.create(
                    new InMemoryStorage("test", InstantSource.system()), RepositoryOptions.defaults())
            .writableSession("main");
    private final ZarrArray array = array();

    private ZarrArray array() {
        ArrayMetadata labels = ArrayMetadata.builder(DataType.STRING, new long[] {3}, new long[] {3})
                .dimensionNames("label")
                .build();
        ZarrArray.create(session, NodePath.of("/label"), labels).write(new long[] {0}, NdArray.of(LABELS, 3));
        ArrayMetadata metadata = ArrayMetadata.builder(
                        DataType.FLOAT32, new long[] {DEPTHS, ROWS, 3}, new long[] {3, 2, 2})
                .dimensionNames("depth", "row", "label")
                .fillValue(Double.NaN)
                .build();
        float[] values = new float[DEPTHS * ROWS * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 10 == 9 ? Float.NaN : i / 4f;
        }
        ZarrArray created = ZarrArray.create(session, NodePath.of("/cube"), metadata);
        created.write(new long[3], NdArray.of(values, DEPTHS, ROWS, 3));
        return created;
    }

    private List<ExportAxis> axes() {
        List<ExportAxis> axes = new ArrayList<>();
        List<String> names = ExportVariables.dimensions(array);
        for (int i = 0; i < names.size(); i++) {
            axes.add(ExportAxis.of(
                    session, NodePath.ROOT, names.get(i), array.metadata().shape()[i]));
        }
        return axes;
    }

    private String csv(List<ExportAxis> axes, long blockCells) throws IOException {
        Writer out = new StringWriter();
        ArrayExport export = new ArrayExport(List.of(array), axes, blockCells);
        try (RowSink sink = new CsvRows(out, export.columns())) {
            export.write(sink);
        }
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 16, 31, 46, 1 << 20})
    void blocksDoNotShow(long blockCells) throws IOException {
        List<String> expected = new ArrayList<>(List.of("depth,row,label,cube"));
        String[] labels = {"plain", "\"a, b\"", "\"say \"\"x\"\"\""};
        for (int i = 0; i < DEPTHS * ROWS * 3; i++) {
            String value = i % 10 == 9 ? "" : Float.toString(i / 4f);
            expected.add(i / 15 + "," + i / 3 % 5 + "," + labels[i % 3] + "," + value);
        }
        assertThat(csv(axes(), blockCells).lines()).containsExactlyElementsOf(expected);
    }

    @Test
    void picksLabelsInTheOrderThatIsAskedFor() throws IOException {
        List<ExportAxis> axes = axes();
        axes.set(2, axes.get(2).labelled(List.of("say \"x\"", "a, b")));

        assertThat(csv(axes, 40).lines().limit(4))
                .containsExactly(
                        "depth,row,label,cube",
                        "0,0,\"say \"\"x\"\"\",0.5",
                        "0,0,\"a, b\",0.25",
                        "0,1,\"say \"\"x\"\"\",1.25");
    }
}
