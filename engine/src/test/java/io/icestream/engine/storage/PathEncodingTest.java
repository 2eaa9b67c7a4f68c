package io.icestream.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as the reference implementation gives them to files, and back. */
class PathEncodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "refs/branch.main/ref.json -> refs/branch.main/ref.json",
                "refs/tag.it works!/ref.json -> refs/tag.it works!/ref.json",
                "branch.feat#1 -> branch.feat%231",
                "a%23 -> a%2523",
                "a+b=c&d;e,f:g@h'i(j)k$l -> a+b=c&d;e,f:g@h'i(j)k$l",
                "{}[]<>^~|*?` -> %7B%7D%5B%5D%3C%3E%5E%7E%7C%2A%3F%60",
                "tést -> t%C3%A9st"
            })
    void encodesWhatTheReferenceEncodes(String key, String stored) {
        assertThat(PathEncoding.encode(key)).isEqualTo(stored);
        assertThat(PathEncoding.decode(stored)).isEqualTo(key);
    }

    @Test
    void everyCharacterComesBack() {
        for (int character = 1; character < 0x3000; character++) {
            String key = "a" + Character.toString(character) + "%" + Character.toString(character + 0x10000);
            assertThat(PathEncoding.decode(PathEncoding.encode(key))).isEqualTo(key);
        }
    }

    @Test
    void percentSignsThatNothingWasEncodedAsStay() {
        assertThat(PathEncoding.decode("100%")).isEqualTo("100%");
        assertThat(PathEncoding.decode("%zz%2")).isEqualTo("%zz%2");
    }
}
