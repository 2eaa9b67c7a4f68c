package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * The attribute {@code _FillValue} as xarray writes and expects it on Zarr v3 arrays.
 *
 * <p>It is apart from the metadata's {@code fill_value}: xarray masks elements equal to the attribute and, for v3, takes no notice of {@code fill_value}.
 * Its form: a float of any size as base64 of the eight little endian bytes of its double ({@code "AAAAAAAA+H8="} for NaN), a complex number as a pair of those, other types as
 * plain JSON.
 */
public final class XarrayFillValue {
    /** Name of the attribute. */
    public static final String ATTRIBUTE = "_FillValue";

    private XarrayFillValue() {}

    /**
     * The attribute's value for a fill value. Do not put it on arrays of strings: xarray (2026.9) does not open a data set that has it there.
     */
    public static JsonNode encode(FillValue fill) {
        NdArray scalar = fill.scalar();
        return switch (fill.dataType().kind()) {
            case FLOAT16, FLOAT32, FLOAT64 -> base64(scalar.doubleAt(0));
            case COMPLEX64 -> pair(scalar.floats()[0], scalar.floats()[1]);
            case COMPLEX128 -> pair(scalar.doubles()[0], scalar.doubles()[1]);
            default -> fill.toJson();
        };
    }

    private static JsonNode pair(double real, double imaginary) {
        return JsonNodeFactory.instance.arrayNode().add(base64(real)).add(base64(imaginary));
    }

    private static JsonNode base64(double value) {
        byte[] bytes = ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array();
        return JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(bytes));
    }
}
