package io.icestream.ingest.cli;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** What works on one open repository, and prints what it found or did. */
abstract class RepositoryCommand implements Callable<Integer> {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public final Integer call() throws Exception {
        return repository.read(this::options, this::run);
    }

    /**
     * How the repository is used.
     *
     * @param usual what the command line says
     * @return the same, with what this command needs
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

    /** Prints a result as JSON, or as text for people. */
    final <R> void print(R result, Consumer<R> text) {
        if (output.json()) {
            output.json(result);
        } else {
            text.accept(result);
        }
    }
}
