package io.icestream.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.NdArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Changes of a data set: of a group and the arrays directly in it, which share dimensions by name. What is asked for is collected,
 * then {@link #apply} checks it against the data set as a whole and makes it in the session. One commit of the session publishes all of
 * it, with whatever else the session did, and readers see the data set before or after, nothing in between.
 *
 * <pre>{@code
 * WritableSession session = repository.writableSession("main");
 * SchemaUpdate.of(session, group)
 *         .remove("reports")
 *         .add("humidity", metadata)
 *         .append("time", Map.of("time", hours, "temperature", readings, "humidity", percents))
 *         .mergeAttributes("temperature", units)
 *         .apply();
 * session.commit(CommitRequest.of("humidity from now on"));
 * }</pre>
 *
 * <p>An array is renamed by moving it, which keeps its identity and its chunks. In this format edits and moves are two commits: a session
 * that moves nodes cannot change them. {@link #rename} moves any number of arrays in one.
 *
 * <p>Belongs to one thread, like its session.
 */
public final class SchemaUpdate {
    private final WritableSession session;
    private final NodePath group;
    private final Set<String> removed = new LinkedHashSet<>();
    private final Map<String, Addition> added = new LinkedHashMap<>();
    private final Map<String, Long> resized = new TreeMap<>();
    private final Map<String, Map<String, NdArray>> appended = new TreeMap<>();
    private final Map<String, ObjectNode> attributes = new LinkedHashMap<>();
    private Optional<ObjectNode> groupAttributes = Optional.empty();

    private SchemaUpdate(WritableSession session, NodePath group) {
        this.session = session;
        this.group = group;
    }

    /** An array that there is not yet. */
    private record Addition(ArrayMetadata metadata, Optional<NdArray> elements) {}

    /**
     * Starts with no changes. Cost: none.
     *
     * @param session where to make them
     * @param group the group that holds the arrays
     * @return what to add changes to
     * @throws io.icestream.engine.ref.NotFoundException if there is no such group
     */
    public static SchemaUpdate of(WritableSession session, NodePath group) {
        session.groupMetadata(group);
        return new SchemaUpdate(session, group);
    }

    /**
     * Adds an array that is all fill value.
     *
     * @param name its name, free, or of an array that is removed by the same update
     * @param metadata its metadata; its dimensions must be as long as those of the same name are before this update changes their
     *     length, and are changed with them
     * @return this
     */
    public SchemaUpdate add(String name, ArrayMetadata metadata) {
        added.put(name, new Addition(metadata, Optional.empty()));
        return this;
    }

    /**
     * Adds an array with elements.
     *
     * @param name as for {@link #add(String, ArrayMetadata)}
     * @param metadata as for {@link #add(String, ArrayMetadata)}
     * @param elements all of them
     * @return this
     */
    public SchemaUpdate add(String name, ArrayMetadata metadata, NdArray elements) {
        added.put(name, new Addition(metadata, Optional.of(elements)));
        return this;
    }

    /**
     * Removes an array.
     *
     * @param name its name
     * @return this
     */
    public SchemaUpdate remove(String name) {
        removed.add(name);
        return this;
    }

    /**
     * Sets some attributes of the group and leaves the others as they are.
     *
     * @param values the attributes to set
     * @return this
     */
    public SchemaUpdate mergeAttributes(ObjectNode values) {
        groupAttributes = Optional.of(merged(groupAttributes.orElseGet(values::objectNode), values));
        return this;
    }

    /**
     * Sets some attributes of an array and leaves the others as they are.
     *
     * @param name the array
     * @param values the attributes to set
     * @return this
     */
    public SchemaUpdate mergeAttributes(String name, ObjectNode values) {
        attributes.merge(name, values.deepCopy(), SchemaUpdate::merged);
        return this;
    }

    private static ObjectNode merged(ObjectNode present, ObjectNode values) {
        ObjectNode merged = present.deepCopy();
        merged.setAll(values.deepCopy());
        return merged;
    }

    /**
     * Changes the length of a dimension: of every array that has it. What is added reads as the fill value, what is cut off is gone, see
     * {@link ZarrArray#resize}.
     *
     * @param dimension its name
     * @param length its length from now on
     * @return this
     * @throws IllegalArgumentException if the length is negative, or this update changes the dimension already
     */
    public SchemaUpdate resize(String dimension, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("Invalid length " + length + " of dimension '" + dimension + "'");
        }
        requireFirstChange(dimension);
        resized.put(dimension, length);
        return this;
    }

    /**
     * Makes a dimension longer, in every array that has it, and writes a block at the new end of each.
     *
     * @param dimension its name
     * @param blocks the elements by name of the array, all of one length along the dimension, and as long as the array will be along
     *     others; an array that has the dimension and no block reads as the fill value there
     * @return this
     * @throws IllegalArgumentException if there is no block, or this update changes the dimension already
     */
    public SchemaUpdate append(String dimension, Map<String, NdArray> blocks) {
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("Cannot append along dimension '" + dimension + "': there is no block");
        }
        requireFirstChange(dimension);
        appended.put(dimension, Map.copyOf(blocks));
        return this;
    }

    private void requireFirstChange(String dimension) {
        if (resized.containsKey(dimension) || appended.containsKey(dimension)) {
            throw new IllegalArgumentException("Cannot change dimension '" + dimension + "' twice in one update");
        }
    }

    /**
     * Makes the changes in the session: removes, adds, resizes, appends, sets attributes, in this order. Cost: that of writing the
     * elements, and for a dimension that shrinks that of {@link ZarrArray#resize}. Everything is checked before the first change; if reading
     * or writing fails after that, discard the session.
     *
     * @throws IllegalArgumentException if the outcome would be no data set: an array that is not there or there twice, a
     *     dimension with two lengths, elements of another shape or data type. Nothing was changed
     * @throws IllegalStateException if the session cannot be written
     */
    public void apply() {
        DatasetShape former = new DatasetShape(group, outcome(DatasetShape.of(session, group)));
        former.requireOneLengthEach(sharedDimensions());
        DatasetShape after = former.withLengths(newLengths(former));
        appended.forEach(
                (dimension, blocks) -> blocks.forEach((name, block) -> after.requireBlock(name, dimension, block)));
        attributes.keySet().forEach(after::require);

        removed.forEach(name -> session.delete(group.resolve(name)));
        added.forEach(this::create);
        after.arrays().forEach(this::resizeTo);
        appended.forEach((dimension, blocks) -> blocks.forEach((name, block) -> writeAtEnd(name, dimension, block)));
        attributes.forEach(this::merge);
        groupAttributes.ifPresent(values -> {
            ZarrGroup opened = ZarrGroup.open(session, group);
            opened.replaceAttributes(merged(opened.attributes(), values));
        });
    }

    private void create(String name, Addition addition) {
        ZarrArray array = ZarrArray.create(session, group.resolve(name), addition.metadata());
        addition.elements().ifPresent(elements -> array.write(new long[elements.rank()], elements));
    }

    private void resizeTo(String name, ArrayMetadata target) {
        ZarrArray array = ZarrArray.open(session, group.resolve(name));
        if (!Arrays.equals(array.metadata().shape(), target.shape())) {
            array.resize(target.shape());
        }
    }

    private void writeAtEnd(String name, String dimension, NdArray block) {
        ZarrArray array = ZarrArray.open(session, group.resolve(name));
        int axis = DatasetShape.axis(array.metadata(), dimension).orElseThrow();
        long[] origin = new long[block.rank()];
        origin[axis] = array.metadata().shape()[axis] - block.shape()[axis];
        array.write(origin, block);
    }

    private void merge(String name, ObjectNode values) {
        NodePath path = group.resolve(name);
        ArrayMetadata metadata = session.arrayMetadata(path);
        session.updateArray(path, metadata.withAttributes(merged(metadata.attributes(), values)));
    }

    /** The arrays after removing and adding, before any dimension changes. */
    private Map<String, ArrayMetadata> outcome(DatasetShape before) {
        Map<String, ArrayMetadata> arrays = new TreeMap<>(before.arrays());
        removed.forEach(name -> {
            before.require(name);
            arrays.remove(name);
        });
        added.forEach((name, addition) -> {
            NodePath path = group.resolve(name);
            boolean taken = !removed.contains(name) && session.findNode(path).isPresent();
            if (taken || !path.parent().equals(Optional.of(group))) {
                throw new IllegalArgumentException("Cannot add array '" + name + "' to " + group + ": "
                        + (taken ? "there is one; remove it in the same update to replace it" : "its name has a '/'"));
            }
            addition.elements().ifPresent(elements -> DatasetShape.requireFit(name, addition.metadata(), elements));
            arrays.put(name, addition.metadata());
        });
        return arrays;
    }

    private Map<String, Long> newLengths(DatasetShape shape) {
        Map<String, Long> lengths = new TreeMap<>(resized);
        appended.forEach((dimension, blocks) ->
                lengths.put(dimension, Math.addExact(shape.length(dimension), shape.blockLength(dimension, blocks))));
        lengths.keySet().forEach(shape::length);
        return lengths;
    }

    /** Dimensions on whose length arrays must agree before any changes. */
    private Set<String> sharedDimensions() {
        Set<String> shared = new LinkedHashSet<>(appended.keySet());
        added.values()
                .forEach(addition -> addition.metadata().dimensionNames().forEach(name -> name.ifPresent(shared::add)));
        return shared;
    }

    /**
     * Renames arrays of a data set by moving them, all in one commit: they keep their identity, their chunks and their history. Two may
     * swap their names. A coordinate that is renamed is no coordinate any more, because dimensions keep their names. Cost: no request.
     *
     * @param session where to move them; its commit publishes it
     * @param group the group that holds the arrays
     * @param names the new name of each array by its present one
     * @throws io.icestream.engine.ref.NotFoundException if there is no such array
     * @throws IllegalArgumentException if a new name is taken by a node that keeps it, two would have one name, or an array of several
     *     dimensions that of one of these, which xarray does not open; nothing was moved
     */
    public static void rename(RearrangeSession session, NodePath group, Map<String, String> names) {
        new ArrayRename(session, group, names).run();
    }
}
