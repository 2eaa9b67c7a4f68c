package io.icestream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChartTest {

    @Test
    void drawsEighthsAndLeavesMissingValuesEmpty() {
        double[] values = {0, 1, 2, Double.NaN, 4};
        assertThat(new Chart(values, 2, true).lines()).containsExactly("     4.0     █", "     2.0 ▁▄█ █");
    }

    @Test
    void drawsWithAsciiWhereThatIsAllThereIs() {
        assertThat(new Chart(new double[] {0, 3, 4}, 2, false).lines()).containsExactly("     4.0  ##", "     2.0 .##");
    }

    @Test
    void drawsNothingButLabelsWithoutValues() {
        assertThat(new Chart(new double[] {Double.NaN}, 1, true).lines()).containsExactly("     1.0");
    }
}
