package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.SchemaUpdate;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Evolves a data set in two commits: a variable removed, one added, a dimension appended, attributes merged; then variables renamed and
 * swapped. {@code interop/evolution.py} opens each with xarray and goes on appending, and this reads that.
 *
 * <p>Arguments: {@code write DIRECTORY}, then the script, then {@code check DIRECTORY}.
 */
public final class InteropEvolution {
    private InteropEvolution() {}

    /**
     * Runs one half of the exchange.
     *
     * @param arguments {@code write} or {@code check}, and a folder
     */
    public static void main(String[] arguments) {
        try (Storage storage = LocalStorage.open(Path.of(arguments[1], "evolution"), Durability.PROCESS)) {
            if (arguments[0].equals("write")) {
                write(storage);
            } else {
                check(storage);
            }
        }
    }

    private static void write(Storage storage) {
        try (Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            repository.transact("main", CommitRequest.of("first form"), session -> {
                ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
                SchemaUpdate.of(session, NodePath.ROOT)
                        .add("time", hours(), NdArray.of(new long[] {0, 1, 2}, 3))
                        .add("low", readings(), NdArray.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2))
                        .add("high", readings(), NdArray.of(new double[] {7, 8, 9, 10, 11, 12}, 3, 2))
                        .add("rain", readings())
                        .apply();
            });
            repository.transact(
                    "main",
                    CommitRequest.of("second form"),
                    session -> SchemaUpdate.of(session, NodePath.ROOT)
                            .remove("rain")
                            .add("wind", readings())
                            .append(
                                    "time",
                                    Map.of(
                                            "time", NdArray.of(new long[] {3}, 1),
                                            "low", NdArray.of(new double[] {13, 14}, 1, 2),
                                            "wind", NdArray.of(new double[] {15, 16}, 1, 2)))
                            .mergeAttributes(
                                    "low", JsonNodeFactory.instance.objectNode().put("units", "K"))
                            .apply());
            RearrangeSession moving = repository.rearrangeSession("main");
            SchemaUpdate.rename(moving, NodePath.ROOT, Map.of("low", "high", "high", "low", "wind", "wind_speed"));
            moving.commit(CommitRequest.of("renamed")).orThrow();
        }
    }

    private static ArrayMetadata hours() {
        return ArrayMetadata.builder(DataType.INT64, new long[] {3}, new long[] {2})
                .dimensionNames("time")
                .attributes(JsonNodeFactory.instance
                        .objectNode()
                        .put("units", "hours since 2026-11-22")
                        .put("calendar", "standard"))
                .build();
    }

    private static ArrayMetadata readings() {
        return ArrayMetadata.builder(DataType.FLOAT64, new long[] {3, 2}, new long[] {2, 2})
                .dimensionNames("time", "station")
                .fillValue(FillValue.nan(DataType.FLOAT64))
                .build();
    }

    private static void check(Storage storage) {
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            Session tip = repository.readonlySession(Version.branch("main"));
            double[] high = ZarrArray.open(tip, NodePath.of("/high")).readAll().doubles();
            double[] expected = {1, 2, 3, 4, 5, 6, 13, 14, 20, 21};
            if (!Arrays.equals(high, expected)) {
                throw new AssertionError("/high is " + Arrays.toString(high));
            }
            System.out.println("evolution: the engine reads what xarray appended");
        }
    }
}
