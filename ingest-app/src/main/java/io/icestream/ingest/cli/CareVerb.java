package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.Tally;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A verb that cares for one repository, and prints what it found or did. */
abstract class CareVerb implements Verb {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public final Section section() {
        return Section.CARE;
    }

    @Override
    public final Integer call() throws Exception {
        return repository.read(this::options, this::run);
    }

    /**
     * How the repository is used.
     *
     * @param usual what the command line says
     * @return the same, with what this verb needs
     */
    RepositoryOptions options(RepositoryOptions usual) {
        return usual;
    }

    /**
     * Does the work.
     *
     * @param open the repository
     * @return one of {@link ExitCode}
     */
    abstract int run(Repository open);

    final Output output() {
        return output;
    }

    /** Does long work, showing on standard error how far it is. */
    final <R> R watched(Function<Progress, R> work) {
        try (WorkProgress progress = new WorkProgress(output)) {
            return work.apply(progress);
        }
    }

    /** Prints a report as JSON, or as text for people. */
    final <R> void print(R report, Consumer<R> text) {
        if (output.json()) {
            output.json(report);
        } else {
            text.accept(report);
        }
    }

    /** A row of a table. */
    static List<String> row(String name, Tally tally) {
        return List.of(name, Long.toString(tally.objects()), Long.toString(tally.bytes()));
    }
}
