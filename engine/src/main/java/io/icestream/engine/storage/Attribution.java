package io.icestream.engine.storage;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Who the requests of a storage are made for, to be told to the store and so to its access logs. Nothing of it is stored in
 * a repository, and no array is ever named.
 *
 * <p>Each label has 1 to 128 printable ASCII characters, no parentheses and no semicolon.
 *
 * @param client the program, for example {@code forecast-api/2.1}
 * @param workload what it works on, for example {@code nightly-backfill}
 * @param principal on whose behalf
 */
public record Attribution(Optional<String> client, Optional<String> workload, Optional<String> principal) {
    /** Says nothing but the name of this engine. */
    public static final Attribution NONE = new Attribution(Optional.empty(), Optional.empty(), Optional.empty());

    private static final int LONGEST = 128;

    /**
     * Checks the labels.
     *
     * @throws IllegalArgumentException if one of them cannot go into a header
     */
    public Attribution {
        client.ifPresent(label -> requireValid("client", label));
        workload.ifPresent(label -> requireValid("workload", label));
        principal.ifPresent(label -> requireValid("principal", label));
    }

    private static void requireValid(String name, String label) {
        boolean fits = !label.isBlank() && label.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
        if (!fits || label.chars().anyMatch(c -> c < ' ' || c > '~' || "();".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("Invalid " + name + " of an attribution: 1 to " + LONGEST
                    + " printable ASCII characters without parentheses and semicolons are needed");
        }
    }

    /**
     * Words the attribution as the product tokens of a {@code User-Agent}.
     *
     * @return for example {@code forecast-api/2.1 icestream (workload=nightly-backfill; principal=ana)}
     */
    public String userAgent() {
        StringJoiner labels = new StringJoiner("; ", " (", ")").setEmptyValue("");
        workload.ifPresent(label -> labels.add("workload=" + label));
        principal.ifPresent(label -> labels.add("principal=" + label));
        return client.map(name -> name + " ").orElse("") + "icestream" + labels;
    }
}
