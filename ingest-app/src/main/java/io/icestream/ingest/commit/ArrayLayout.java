package io.icestream.ingest.commit;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.zarr.ArrayMetadata;
import java.util.Arrays;
import java.util.Optional;

/**
 * One array of a data set.
 *
 * @param path where it is
 * @param growth whether the array grows along time
 * @param initial metadata at the creation of the data set; an array that grows has no slot then
 */
public record ArrayLayout(NodePath path, Growth growth, ArrayMetadata initial) {

    /** Whether an array grows. */
    public enum Growth {
        /** Its first dimension is time, and grows with each window. */
        ALONG_TIME,
        /** It is written once. */
        NONE
    }

    /**
     * Shape at an extent.
     *
     * @param slots number of published slots
     * @return number of elements in each dimension
     */
    long[] shapeAt(long slots) {
        long[] shape = initial.shape();
        if (growth == Growth.ALONG_TIME) {
            shape[0] = slots;
        }
        return shape;
    }

    /**
     * Compares what is in the repository with what the configuration says. Attributes are nobody's but the users'.
     *
     * @param found metadata in the repository
     * @param slots number of published slots
     * @return what differs, or empty if the array is ours
     */
    Optional<String> objectionTo(ArrayMetadata found, long slots) {
        if (!found.dataTypeName().equals(initial.dataTypeName())) {
            return differs("data type", found.dataTypeName(), initial.dataTypeName());
        }
        if (!Arrays.equals(found.shape(), shapeAt(slots))) {
            return differs("shape", Arrays.toString(found.shape()), Arrays.toString(shapeAt(slots)));
        }
        if (!found.chunkGrid().isRegular()) {
            return differs("chunk grid", found.chunkGrid().toString(), Arrays.toString(initial.chunkShape()));
        }
        if (!Arrays.equals(found.chunkShape(), initial.chunkShape())) {
            return differs("chunk shape", Arrays.toString(found.chunkShape()), Arrays.toString(initial.chunkShape()));
        }
        if (!found.dimensionNames().equals(initial.dimensionNames())) {
            return differs("dimension names", found.dimensionNames(), initial.dimensionNames());
        }
        if (!found.codecs().equals(initial.codecs())) {
            return differs("codecs", found.codecs(), initial.codecs());
        }
        return found.fillValue().equals(initial.fillValue())
                ? Optional.empty()
                : differs("fill value", found.fillValue(), initial.fillValue());
    }

    private Optional<String> differs(String what, Object found, Object expected) {
        return Optional.of("array " + path + " has " + what + " " + found + ", the ingest writes " + expected);
    }
}
