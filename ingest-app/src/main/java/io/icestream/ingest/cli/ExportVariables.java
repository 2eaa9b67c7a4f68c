package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.XarrayFillValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which arrays of a group an export shows, and what their elements look like. */
final class ExportVariables {

    private ExportVariables() {}

    /**
     * {@return the arrays directly in a group}
     *
     * @param session the snapshot
     * @param group the group
     */
    static List<ZarrArray> arrays(Session session, NodePath group) {
        return session.nodes().stream()
                .filter(node -> node.data() instanceof NodeData.Array)
                .map(Node::path)
                .filter(path -> path.parent().equals(Optional.of(group)))
                .map(path -> ZarrArray.open(session, path))
                .toList();
    }

    /**
     * Finds the arrays that were asked for by name.
     *
     * @param arrays the arrays that there are
     * @param names the names
     * @return the arrays, in the order of the names, all with the same dimensions
     */
    static List<ZarrArray> named(List<ZarrArray> arrays, List<String> names) {
        List<String> known = arrays.stream().map(array -> array.path().name()).toList();
        List<ZarrArray> found = new ArrayList<>();
        for (String name : names) {
            int index = known.indexOf(name);
            if (index < 0) {
                throw missing(name, known);
            }
            found.add(arrays.get(index));
        }
        List<String> dimensions = dimensions(found.get(0));
        for (ZarrArray array : found) {
            if (!dimensions(array).equals(dimensions)) {
                throw new CliException(
                        ExitCode.USAGE,
                        "Cannot export '" + found.get(0).path().name() + "' " + dimensions + " and '"
                                + array.path().name() + "' " + dimensions(array)
                                + " together: they have other dimensions; export them one by one");
            }
        }
        return found;
    }

    private static CliException missing(String name, Collection<String> known) {
        String hint = NearestName.find(name, known)
                .map(other -> "; did you mean '" + other + "'?")
                .orElseGet(() -> known.isEmpty() ? "; there are none" : "; there are " + String.join(", ", known));
        return new CliException(ExitCode.NOT_FOUND, "No array '" + name + "' in this group" + hint);
    }

    /**
     * Finds what somebody who names nothing wants: the data arrays with the most dimensions, without coordinates.
     *
     * @param arrays the arrays that there are
     * @return arrays with the same dimensions
     */
    static List<ZarrArray> all(List<ZarrArray> arrays) {
        Set<String> coordinates = new HashSet<>();
        for (ZarrArray array : arrays) {
            coordinates.addAll(dimensions(array));
            coordinates.addAll(List.of(
                    array.metadata().attributes().path("coordinates").asText().split("\\s+")));
        }
        List<ZarrArray> data = arrays.stream()
                .filter(array -> !coordinates.contains(array.path().name()))
                .toList();
        int rank =
                data.stream().mapToInt(array -> array.metadata().rank()).max().orElse(0);
        if (rank == 0) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "There is no data array in this group; 'tree' shows where arrays are");
        }
        List<String> dimensions = data.stream()
                .filter(array -> array.metadata().rank() == rank)
                .findFirst()
                .map(ExportVariables::dimensions)
                .orElseThrow();
        return data.stream()
                .filter(array -> dimensions(array).equals(dimensions))
                .toList();
    }

    /**
     * {@return names of the dimensions; {@code dim_0} and so on where there is none}
     *
     * @param array the array
     */
    static List<String> dimensions(ZarrArray array) {
        List<Optional<String>> names = array.metadata().dimensionNames();
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get(i).orElse("dim_" + i))
                .toList();
    }

    /**
     * Tells whether elements that equal the fill value count as missing, as xarray has it.
     *
     * @param array the array
     * @return whether the attribute {@code _FillValue} says so
     */
    static boolean isFillMissing(ZarrArray array) {
        JsonNode mark = array.metadata().attributes().path(XarrayFillValue.ATTRIBUTE);
        // by text: a parsed 1 and a computed 1 may be nodes of different widths
        return mark.toString()
                .equals(XarrayFillValue.encode(array.metadata().fillValue()).toString());
    }

    /**
     * Reads one element.
     *
     * @param values the elements
     * @param position number of the element in C order
     * @return a number, truth value or text; null for NaN
     */
    static @Nullable Object value(NdArray values, int position) {
        DataType type = values.dataType();
        return switch (type.kind()) {
            case BOOL -> values.longAt(position) != 0;
            case STRING -> values.stringAt(position);
            case UINT64 -> new java.math.BigInteger(Long.toUnsignedString(values.longAt(position)));
            case FLOAT32 -> Float.isNaN(values.floats()[position]) ? null : (Object) values.floats()[position];
            case FLOAT16, FLOAT64 ->
                Double.isNaN(values.doubleAt(position)) ? null : (Object) values.doubleAt(position);
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> values.longAt(position);
            case COMPLEX64, COMPLEX128 -> values.jsonAt(position).toString();
            default -> values.stringAt(position);
        };
    }
}
