package io.icestream.ingest.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class RowEncoderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final EventTimes TIMES = new EventTimes(EventTimes.Unit.AUTO);

    @Test
    void writesInferredColumnsInTheWireFormat() throws IOException {
        SchemaInference inference = new SchemaInference(Optional.of("station"), Optional.of("when"));
        inference.column("never");
        Row row =
                row("{'station': 7, 'when': '2013-01-01T06:00:00Z', 'PM2.5': 1.5, 'code': '007', 'n': 3, 'ok': true}");
        inference.observe(row);
        Schema schema = inference.build("air quality");
        assertThat(schema.toString())
                .contains(
                        "\"name\":\"air_quality\"",
                        "{\"name\":\"never\",\"type\":[\"null\",\"double\"],\"default\":null}",
                        "{\"name\":\"station\",\"type\":\"string\"}",
                        "{\"name\":\"when\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}",
                        "{\"name\":\"PM2_5\",\"type\":[\"null\",\"double\"]",
                        "{\"name\":\"code\",\"type\":[\"null\",\"string\"]",
                        "{\"name\":\"n\",\"type\":[\"null\",\"long\"]",
                        "{\"name\":\"ok\",\"type\":[\"null\",\"boolean\"]");
        EncodedRow encoded =
                new RowEncoder(schema, 258, Optional.of("station"), Optional.of("when"), TIMES).encode(row);
        assertThat(encoded.value()).startsWith(0, 0, 0, 1, 2);
        assertThat(encoded.key().map(bytes -> new String(bytes, UTF_8))).contains("7");
        assertThat(encoded.eventMicros()).isEqualTo(1_357_020_000_000_000L);
        assertThat(decode(encoded, schema))
                .isEqualTo("{\"never\": null, \"station\": \"7\", \"when\": 1357020000000000, \"PM2_5\": 1.5,"
                        + " \"code\": \"007\", \"n\": 3, \"ok\": true}");
    }

    @Test
    void keepsAColumnOfNumbersThatHasOneTextAndRefusesThatLine() {
        SchemaInference inference = new SchemaInference(Optional.empty(), Optional.empty());
        for (int i = 0; i < 12; i++) {
            inference.observe(row("{'temp': '" + i + ".5'}"));
        }
        Row odd = row("{'temp': '12x'}");
        inference.observe(odd);
        RowEncoder encoder = new RowEncoder(inference.build("t"), 1, Optional.empty(), Optional.empty(), TIMES);
        assertThatThrownBy(() -> encoder.encode(odd))
                .isInstanceOf(BadLineException.class)
                .hasMessage("'temp' '12x' is no double");
    }

    @Test
    void fillsAGivenSchemaWithNestedValuesDefaultsAndTimes() throws IOException {
        Schema schema = new Schema.Parser()
                .parse(("{'type':'record','name':'R','fields':[{'name':'t','type':{'type':'long','logicalType':"
                                + "'timestamp-millis'}},{'name':'kind','type':{'type':'enum','name':'K','symbols':['A','B']}},"
                                + "{'name':'v','type':{'type':'map','values':'float'}},{'name':'n','type':'int','default':5},"
                                + "{'name':'deep','type':['null',{'type':'record','name':'D','fields':[{'name':'x','type':'int'}]}]}]}")
                        .replace('\'', '"'));
        RowEncoder encoder = new RowEncoder(schema, 1, Optional.empty(), Optional.of("t"), TIMES);
        assertThat(decode(
                        encoder.encode(row("{'t': 1357020000, 'kind': 'B', 'v': {'a': 1.5}, 'deep': {'x': 2}}")),
                        schema))
                .isEqualTo(
                        "{\"t\": 1357020000000, \"kind\": \"B\", \"v\": {\"a\": 1.5}, \"n\": 5, \"deep\": {\"x\": 2}}");
        assertThatThrownBy(() -> encoder.encode(row("{'t': 1, 'kind': 'C', 'v': {}}")))
                .isInstanceOf(BadLineException.class)
                .hasMessage("'kind' 'C' is none of [A, B]");
        assertThatThrownBy(() -> encoder.encode(row("{'kind': 'A', 'v': {}}")))
                .isInstanceOf(BadLineException.class)
                .hasMessage("'t' is missing, and the schema wants timestamp-millis");
    }

    private static Row row(String json) {
        try {
            return new Row(2, (ObjectNode) JSON.readTree(json.replace('\'', '"')));
        } catch (IOException invalid) {
            throw new AssertionError(invalid);
        }
    }

    private static String decode(EncodedRow row, Schema schema) throws IOException {
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
        reader.getData().setFastReaderEnabled(false);
        return reader.read(null, DecoderFactory.get().binaryDecoder(row.value(), 5, row.value().length - 5, null))
                .toString();
    }
}
