package io.icestream.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A series as a small area chart of characters. A missing value leaves its column empty.
 *
 * @param values one per column; NaN where missing
 * @param rows height in lines
 * @param unicode whether eighths of a line can be drawn
 */
@SuppressWarnings("ArrayRecordComponent") // drawn once, never compared
record Chart(double[] values, int rows, boolean unicode) {

    private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";

    /** {@return the lines, the topmost first, each with its value at the left} */
    List<String> lines() {
        double least = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double most = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        double low = Math.floor(least);
        double high = Math.max(low + 1, Math.ceil(most));
        List<String> lines = new ArrayList<>();
        for (int row = rows - 1; row >= 0; row--) {
            double label = low + (high - low) * (row + 1) / rows;
            lines.add("%8.1f %s".formatted(label, line(row, low, high)).stripTrailing());
        }
        return lines;
    }

    private String line(int row, double low, double high) {
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            // Even the lowest value shows as a sliver, so that it can be told from a missing one.
            double filled = Math.max(0.125, (value - low) / (high - low) * rows) - row;
            line.append(Double.isFinite(value) ? cell(filled) : ' ');
        }
        return line.toString();
    }

    private char cell(double filled) {
        int eighths = (int) Math.round(Math.min(1, Math.max(0, filled)) * 8);
        if (unicode) {
            return EIGHTHS.charAt(eighths);
        }
        return eighths >= 4 ? '#' : eighths > 0 ? '.' : ' ';
    }
}
