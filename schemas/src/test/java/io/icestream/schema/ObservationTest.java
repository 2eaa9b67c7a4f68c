package io.icestream.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

/**
 * The generated class writes and reads its own records. Avro makes objects only of classes in trusted packages; the build names ours in
 * the property {@code org.apache.avro.SERIALIZABLE_PACKAGES}, and so must every program that reads this class.
 */
class ObservationTest {

    @Test
    void comesOutAsItWentIn() throws IOException {
        Map<String, Double> values = new HashMap<>();
        values.put("temp", 21.5);
        values.put("wind", null);
        Observation observation = Observation.newBuilder()
                .setStation("EWR")
                .setTime(Instant.parse("2013-01-01T06:00:00.000001Z"))
                .setValues(values)
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(Observation.class).write(observation, encoder);
        encoder.flush();

        Observation read = new SpecificDatumReader<>(Observation.class)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));

        assertThat(read).isEqualTo(observation);
        assertThat(read.getValues()).containsEntry("temp", 21.5).containsEntry("wind", null);
    }

    @Test
    void valuesMayBeLeftOut() {
        Observation observation = Observation.newBuilder()
                .setStation("EWR")
                .setTime(Instant.EPOCH)
                .build();

        assertThat(observation.getValues()).isEmpty();
        assertThat(Observation.getClassSchema().getField("time").schema().getLogicalType())
                .isEqualTo(LogicalTypes.timestampMicros());
    }
}
