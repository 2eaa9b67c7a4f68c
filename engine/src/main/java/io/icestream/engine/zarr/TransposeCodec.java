package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The codec {@code transpose}: the dimensions in another order.
 *
 * <p>Source: Zarr codec {@code transpose} 1.0.
 *
 * @param order entry {@code i} is the dimension that becomes dimension {@code i} of what is encoded
 */
record TransposeCodec(List<Integer> order) implements ArrayToArrayCodec {
    static final String NAME = "transpose";

    TransposeCodec {
        order = List.copyOf(order);
        for (int dimension = 0; dimension < order.size(); dimension++) {
            if (!order.contains(dimension)) {
                throw new IllegalArgumentException(
                        "Invalid order " + order + ": each dimension from 0 must be in it once");
            }
        }
    }

    static TransposeCodec parse(MetadataField configuration) {
        MetadataField order = configuration.member("order");
        List<Integer> dimensions = new ArrayList<>();
        for (MetadataField entry : order.elements()) {
            dimensions.add(entry.asInt(0, order.node().size() - 1));
        }
        try {
            return new TransposeCodec(dimensions);
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(order.path(), String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME, configuration -> {
            ArrayNode list = configuration.putArray("order");
            order.forEach(list::add);
        });
    }

    @Override
    public Optional<String> objectionTo(int rank) {
        return rank == order.size()
                ? Optional.empty()
                : Optional.of("codec transpose has an order of " + order.size() + " dimensions, the chunk has " + rank);
    }

    @Override
    public long[] encodedShape(long... shape) {
        return order.stream().mapToLong(dimension -> shape[dimension]).toArray();
    }

    @Override
    public NdArray encode(NdArray decoded) {
        return decoded.transposed(order.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public NdArray decode(NdArray encoded) {
        int[] inverse = new int[order.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[order.get(i)] = i;
        }
        return encoded.transposed(inverse);
    }
}
