package io.icestream.ingest.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.ingest.cli.CliException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CsvReaderTest {

    @Test
    void readsQuotesLineBreaksInCellsAndMissingValues() throws IOException {
        CsvReader csv = reader("\uFEFFa,b c,d\r\n1,\"x, \"\"y\"\"\nz\",NA\r\n\r\n,2,3");
        assertThat(csv.columns()).containsExactly("a", "b c", "d");
        Row first = csv.next().orElseThrow();
        assertThat(first.line()).isEqualTo(2);
        assertThat(first.fields().toString()).isEqualTo("{\"a\":\"1\",\"b c\":\"x, \\\"y\\\"\\nz\"}");
        Row second = csv.next().orElseThrow();
        assertThat(second.line()).isEqualTo(5);
        assertThat(second.fields().toString()).isEqualTo("{\"b c\":\"2\",\"d\":\"3\"}");
        assertThat(csv.next()).isEmpty();
    }

    @Test
    void namesTheLineOfARowWithTooFewCellsAndGoesOn() throws IOException {
        CsvReader csv = reader("a,b\n1,2\n3\n5,6\n");
        csv.next();
        assertThatThrownBy(csv::next)
                .isInstanceOfSatisfying(
                        BadLineException.class, bad -> assertThat(bad.line()).isEqualTo(3))
                .hasMessage("1 columns, but the header names 2");
        assertThat(csv.next().orElseThrow().line()).isEqualTo(4);
    }

    @Test
    void refusesAQuoteThatDoesNotEnd() throws IOException {
        CsvReader csv = reader("a,b\n1,\"2\n3,4\n");
        assertThatThrownBy(csv::next).isInstanceOf(BadLineException.class).hasMessageContaining("does not end");
    }

    @Test
    void refusesAnEmptyInputAndRepeatedColumns() {
        assertThatThrownBy(() -> reader("")).isInstanceOf(CliException.class).hasMessageContaining("empty");
        assertThatThrownBy(() -> reader("a,b,a\n"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("'a'");
    }

    private static CsvReader reader(String text) throws IOException {
        return new CsvReader(new BufferedReader(new StringReader(text)), ',', Set.of("", "NA"));
    }
}
