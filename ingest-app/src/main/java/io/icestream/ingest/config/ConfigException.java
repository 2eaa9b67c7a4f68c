package io.icestream.ingest.config;

import io.icestream.engine.IcestreamException;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration cannot be used. Holds everything that is wrong with it, so that one round of corrections is enough. */
public class ConfigException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * @param problems what is wrong, at least one
     */
    public ConfigException(List<Problem> problems) {
        super(problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining("\n  ", "Invalid configuration:\n  ", "")));
        this.problems = List.copyOf(problems);
    }

    /** {@return everything that is wrong, in the order of the file} */
    public List<Problem> problems() {
        return problems;
    }
}
