package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.Tally;
import java.util.List;
import java.util.function.Function;

/** A verb that cares for one repository, and prints what it found or did. */
abstract class CareVerb extends RepositoryCommand implements Verb {

    @Override
    public final Section section() {
        return Section.CARE;
    }

    /** Does long work, showing on standard error how far it is. */
    final <R> R watched(Function<Progress, R> work) {
        try (WorkProgress progress = new WorkProgress(output())) {
            return work.apply(progress);
        }
    }

    /** A row of a table. */
    static List<String> row(String name, Tally tally) {
        return List.of(name, Long.toString(tally.objects()), Long.toString(tally.bytes()));
    }
}
