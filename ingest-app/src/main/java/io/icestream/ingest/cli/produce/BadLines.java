package io.icestream.ingest.cli.produce;

import java.util.ArrayList;
import java.util.List;

/** Counts lines that cannot be used and keeps what was wrong with the first few. */
final class BadLines {

    private static final int KEPT = 5;

    private final String input;
    private final List<String> first = new ArrayList<>();
    private long count;

    BadLines(String input) {
        this.input = input;
    }

    void add(BadLineException bad) {
        count++;
        if (first.size() < KEPT) {
            first.add(input + " line " + bad.line() + ": " + bad.getMessage());
        }
    }

    long count() {
        return count;
    }

    /** {@return one line for each of the first few, and how many more there are} */
    String describe() {
        String lines = String.join("\n  ", first);
        return count > KEPT ? lines + "\n  and " + (count - KEPT) + " more" : lines;
    }
}
