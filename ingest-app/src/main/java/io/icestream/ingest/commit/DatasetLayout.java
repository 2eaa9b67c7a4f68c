package io.icestream.ingest.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.XarrayFillValue;
import io.icestream.ingest.commit.ArrayLayout.Growth;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.StationAxis;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.slice.DatasetGrid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Which nodes a data set consists of, in CF terms, so that xarray shows it without further arguments: a group with its attributes; the coordinates time (integers that
 * xarray decodes), station labels, and latitude and longitude where they are known; and one array (time, station) for each variable.
 *
 * <p>Cells without an observation hold the fill value. xarray looks for it in the attribute {@code _FillValue}, which is written where the fill value is not NaN; NaN needs
 * no masking. Immutable and thread-safe.
 */
public final class DatasetLayout {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LATITUDE = "latitude";
    private static final String LONGITUDE = "longitude";

    private final DatasetSettings settings;
    private final DatasetGrid grid;
    private final NodePath group;
    private final TimeCoordinate time;
    private final Map<NodePath, ArrayLayout> arrays = new LinkedHashMap<>();

    /**
     * Derives the layout from checked settings.
     *
     * @param settings the data set
     * @throws IllegalArgumentException if two arrays have one name, or a time is no whole number of the axis's units
     */
    public DatasetLayout(DatasetSettings settings) {
        this.settings = settings;
        this.grid = new DatasetGrid(settings);
        this.group = NodePath.of(settings.group());
        this.time = new TimeCoordinate(settings.time());
        add(settings.time().name(), Growth.ALONG_TIME, time.metadata());
        add(settings.stations().name(), Growth.NONE, stationMetadata());
        if (settings.stations().coordinates().isPresent()) {
            add(LATITUDE, Growth.NONE, positionMetadata(LATITUDE, "degrees_north"));
            add(LONGITUDE, Growth.NONE, positionMetadata(LONGITUDE, "degrees_east"));
        }
        settings.variables().forEach(variable -> add(variable.name(), Growth.ALONG_TIME, variableMetadata(variable)));
    }

    private void add(String name, Growth growth, ArrayMetadata metadata) {
        NodePath path = group.resolve(name);
        if (arrays.put(path, new ArrayLayout(path, growth, metadata)) != null) {
            throw new IllegalArgumentException("Invalid data set: two arrays are named '" + name + "'");
        }
    }

    /** {@return path of the group that holds the arrays} */
    public NodePath group() {
        return group;
    }

    /** {@return attributes of that group} */
    ObjectNode groupAttributes() {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode().put("Conventions", "CF-1.11");
        settings.attributes().forEach((name, value) -> attributes.set(name, JSON.<JsonNode>valueToTree(value)));
        return attributes;
    }

    /** {@return all arrays, coordinates first} */
    public List<ArrayLayout> arrays() {
        return List.copyOf(arrays.values());
    }

    /**
     * Finds the array of a variable. Whoever makes its chunks encodes them with {@link ArrayMetadata#encodeChunk}.
     *
     * @param variable name of the variable
     * @return its array
     */
    public ArrayLayout variable(String variable) {
        return array(variable);
    }

    private ArrayLayout array(String name) {
        ArrayLayout array = arrays.get(group.resolve(name));
        if (array == null) {
            throw new NoSuchElementException("Data set " + group + " has no array '" + name + "'");
        }
        return array;
    }

    /**
     * Counts slots.
     *
     * @param closed number of published windows
     * @return number of published slots
     */
    long slots(long closed) {
        return closed * grid.slotsPerWindow();
    }

    /**
     * Compares the arrays in the repository with what the configuration says.
     *
     * @param session the snapshot
     * @param closed number of published windows
     * @return what differs, for each array that does
     */
    List<String> objectionsTo(Session session, long closed) {
        List<String> objections = new ArrayList<>();
        for (ArrayLayout array : arrays.values()) {
            if (session.findNode(array.path()).isEmpty()) {
                objections.add("array " + array.path() + " is missing");
            } else {
                array.objectionTo(session.arrayMetadata(array.path()), slots(closed))
                        .ifPresent(objections::add);
            }
        }
        return objections;
    }

    /**
     * Resizes every array along time and writes the chunks of the array of times that are new.
     *
     * @param session where to
     * @param from number of windows that are published
     * @param to number of windows to publish, not below it
     */
    void grow(WritableSession session, long from, long to) {
        if (to < from) {
            throw new IllegalArgumentException("Cannot publish " + to + " windows of " + group + ": " + from
                    + " are published; the extent never shrinks");
        }
        if (to == from) {
            return;
        }
        for (ArrayLayout array : arrays.values()) {
            if (array.growth() == Growth.ALONG_TIME) {
                session.updateArray(
                        array.path(), session.arrayMetadata(array.path()).withShape(array.shapeAt(slots(to))));
            }
        }
        writeTimes(session, TimeCoordinate.chunks(slots(from)), TimeCoordinate.chunks(slots(to)));
    }

    private void writeTimes(WritableSession session, long begin, long end) {
        NodePath path = array(settings.time().name()).path();
        ArrayMetadata metadata = session.arrayMetadata(path);
        List<ChunkIndex> chunks =
                LongStream.range(begin, end).mapToObj(ChunkIndex::of).toList();
        session.setChunks(path, chunks, chunk -> time.encode(metadata, chunk.at(0)));
    }

    /**
     * Writes the coordinates that do not depend on time.
     *
     * @param session where to; the arrays are there
     */
    void writeStations(WritableSession session) {
        StationAxis stations = settings.stations();
        write(session, stations.name(), NdArray.of(stations.labels().toArray(String[]::new), grid.stations()));
        stations.coordinates().ifPresent(coordinates -> {
            write(session, LATITUDE, positions(coordinates.latitude()));
            write(session, LONGITUDE, positions(coordinates.longitude()));
        });
    }

    private static NdArray positions(List<Double> degrees) {
        return NdArray.of(degrees.stream().mapToDouble(Double::doubleValue).toArray(), degrees.size());
    }

    private void write(WritableSession session, String name, NdArray values) {
        ArrayLayout array = array(name);
        session.setChunk(array.path(), ChunkIndex.of(0L), array.initial().encodeChunk(values));
    }

    private ArrayMetadata stationMetadata() {
        ObjectNode attributes = JsonNodeFactory.instance
                .objectNode()
                .put("long_name", settings.stations().name())
                .put("cf_role", "timeseries_id");
        return alongStations(DataType.STRING, attributes).build();
    }

    private ArrayMetadata positionMetadata(String name, String units) {
        ObjectNode attributes = JsonNodeFactory.instance
                .objectNode()
                .put("standard_name", name)
                .put("long_name", name)
                .put("units", units);
        return alongStations(DataType.FLOAT64, attributes).fillValue(Double.NaN).build();
    }

    private ArrayMetadata.Builder alongStations(DataType type, ObjectNode attributes) {
        long[] stations = {grid.stations()};
        return ArrayMetadata.builder(type, stations, stations)
                .dimensionNames(settings.stations().name())
                .attributes(attributes);
    }

    private ArrayMetadata variableMetadata(VariableSettings variable) {
        DataType type = DataType.valueOf(variable.type().name());
        FillValue fill = variable.type().isFloat()
                ? FillValue.of(type, variable.fillValue().doubleValue())
                : FillValue.of(type, variable.fillValue().longValue());
        return ArrayMetadata.builder(
                        type, new long[] {0, grid.stations()}, new long[] {grid.slotsPerChunk(), grid.chunkStations()})
                .dimensionNames(settings.time().name(), settings.stations().name())
                .fillValue(fill)
                .attributes(variableAttributes(variable, fill))
                .build();
    }

    private ObjectNode variableAttributes(VariableSettings variable, FillValue fill) {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        variable.units().ifPresent(units -> attributes.put("units", units));
        variable.longName().ifPresent(name -> attributes.put("long_name", name));
        variable.standardName().ifPresent(name -> attributes.put("standard_name", name));
        if (settings.stations().coordinates().isPresent()) {
            attributes.put("coordinates", LATITUDE + " " + LONGITUDE);
        }
        missingMark(variable, fill).ifPresent(mark -> attributes.set(XarrayFillValue.ATTRIBUTE, mark));
        variable.attributes().forEach((name, value) -> attributes.set(name, JSON.<JsonNode>valueToTree(value)));
        return attributes;
    }

    private static Optional<JsonNode> missingMark(VariableSettings variable, FillValue fill) {
        boolean nan = variable.type().isFloat() && Double.isNaN(fill.asDouble());
        return nan ? Optional.empty() : Optional.of(XarrayFillValue.encode(fill));
    }
}
