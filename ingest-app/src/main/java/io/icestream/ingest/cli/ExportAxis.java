package io.icestream.ingest.cli;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.store.CfDateTime;
import io.icestream.engine.store.CfTime;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One dimension of an export: which of its positions are wanted, and what to call them. The range may be longer than memory; single positions are picked only where the
 * coordinate is a list of labels.
 */
final class ExportAxis {
    private final String name;
    private final Optional<ZarrArray> coordinate;
    private final Optional<CfTime> time;
    private final long begin;
    private final long end;
    private final Optional<int[]> picked;

    private ExportAxis(
            String name,
            Optional<ZarrArray> coordinate,
            Optional<CfTime> time,
            long begin,
            long end,
            Optional<int[]> picked) {
        this.name = name;
        this.coordinate = coordinate;
        this.time = time;
        this.begin = begin;
        this.end = end;
        this.picked = picked;
    }

    /**
     * The whole of a dimension. Its coordinate is the array of one dimension that has its name.
     *
     * @param session the snapshot
     * @param group the group of the array
     * @param name name of the dimension
     * @param length number of positions
     */
    static ExportAxis of(Session session, NodePath group, String name, long length) {
        Optional<ZarrArray> coordinate = ZarrArray.coordinate(session, group, name, length);
        Optional<CfTime> time = coordinate.flatMap(ZarrArray::cfTime);
        return new ExportAxis(name, coordinate, time, 0, length, Optional.empty());
    }

    String name() {
        return name;
    }

    boolean isTime() {
        return time.isPresent() || isTimeType();
    }

    /** Whether the data type says by itself that the coordinate has times. */
    private boolean isTimeType() {
        return coordinate
                .filter(array -> array.metadata().dataTypeName().equals("numpy.datetime64"))
                .isPresent();
    }

    boolean isLabelled() {
        return coordinate
                .filter(array -> array.metadata().dataTypeName().equals(DataType.STRING.zarrName()))
                .isPresent();
    }

    /** {@return the first position that has to be read} */
    long begin() {
        return begin;
    }

    /** {@return one past the last position that has to be read} */
    long end() {
        return end;
    }

    /**
     * Narrows a time axis. Cost: the coordinate's chunks on the way of two binary searches.
     *
     * @param from first time that is wanted
     * @param to one past the last time that is wanted
     */
    ExportAxis between(Optional<Instant> from, Optional<Instant> to) {
        long first = from.map(this::search).orElse(begin);
        long last = Math.max(first, to.map(this::search).orElse(end));
        return new ExportAxis(name, coordinate, time, first, last, Optional.empty());
    }

    private long search(Instant wanted) {
        CfDateTime first = CfDateTime.of(wanted);
        long low = begin;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (timeAt(middle).filter(time -> time.compareTo(first) >= 0).isEmpty()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Optional<CfDateTime> timeAt(long position) {
        NdArray value = coordinate.orElseThrow().read(new Region(new long[] {position}, new long[] {1}));
        return time(value, 0);
    }

    private Optional<CfDateTime> time(NdArray values, int position) {
        if (isTimeType()) {
            return values.instantAt(position).map(CfDateTime::of);
        }
        boolean whole = !values.dataType().equals(DataType.FLOAT32)
                && !values.dataType().equals(DataType.FLOAT64);
        CfTime decoder = time.orElseThrow();
        return whole ? decoder.at(values.longAt(position)) : decoder.at(values.doubleAt(position));
    }

    /**
     * Picks positions by label.
     *
     * @param labels the labels, in the order that is wanted
     * @throws CliException if the axis has no such label; the message names the nearest one
     */
    ExportAxis labelled(List<String> labels) {
        List<String> known = Arrays.asList(coordinate.orElseThrow().readAll().strings());
        int[] positions =
                labels.stream().mapToInt(label -> position(label, known)).toArray();
        int first = Arrays.stream(positions).min().orElseThrow();
        int last = Arrays.stream(positions).max().orElseThrow();
        int[] relative =
                Arrays.stream(positions).map(position -> position - first).toArray();
        return new ExportAxis(name, coordinate, time, first, last + 1L, Optional.of(relative));
    }

    private int position(String label, List<String> known) {
        int position = known.indexOf(label);
        if (position < 0) {
            String hint = NearestName.find(label, known)
                    .map(other -> "; did you mean '" + other + "'?")
                    .orElseGet(() -> "; there are " + String.join(", ", known.subList(0, Math.min(10, known.size()))));
            throw new CliException(ExitCode.NOT_FOUND, "No " + name + " '" + label + "'" + hint);
        }
        return position;
    }

    /**
     * The wanted positions of a part.
     *
     * @param length number of positions of the part, from its begin
     * @return offsets from the begin of the part
     */
    int[] offsets(int length) {
        return picked.orElseGet(() -> IntStream.range(0, length).toArray());
    }

    /**
     * Names positions.
     *
     * @param from the first one
     * @param length how many
     * @return for each a time, a label, a number, or its index where there is no coordinate
     */
    Object[] names(long from, int length) {
        Object[] names = new Object[length];
        Optional<NdArray> values =
                coordinate.map(array -> array.read(new Region(new long[] {from}, new long[] {length})));
        for (int i = 0; i < length; i++) {
            names[i] = values.isPresent() ? name(values.get(), i) : (Object) (from + i);
        }
        return names;
    }

    private Object name(NdArray values, int position) {
        if (isTime()) {
            return time(values, position).map(CfDateTime::toString).orElse("");
        }
        Object value = ExportVariables.value(values, position);
        return value == null ? "" : value;
    }
}
