package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One copy of an object in a known version, with its repetitions. For one thread.
 *
 * <p>Doing it twice does no harm: the second copy has the same content. So no answer is followed by the same request. If
 * that is refused, because the original has been replaced meanwhile, an earlier one may have been done: the outcome is
 * unknown.
 */
final class Copy {
    private final Attempts.Budget budget;

    /** The first failure after which the copy may have been made. */
    private @Nullable StorageException doubt;

    Copy(Attempts.Budget budget) {
        this.budget = budget;
    }

    PutOutcome run(Function<Duration, ObjectVersion> request) {
        try {
            while (true) {
                Optional<PutOutcome> outcome = attempt(request);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        } catch (StorageException e) {
            if (doubt == null) {
                throw e;
            }
            if (doubt != e) {
                doubt.addSuppressed(e);
            }
            return new PutOutcome.Unknown(doubt);
        }
    }

    private Optional<PutOutcome> attempt(Function<Duration, ObjectVersion> request) {
        try {
            return Optional.of(new PutOutcome.Written(request.apply(budget.nextLimit())));
        } catch (FailedCall failure) {
            if (failure.kind().mayHaveTakenEffect() && doubt == null) {
                doubt = budget.failed(failure);
            }
            boolean refused = failure.kind() == FailedCall.Kind.REFUSED || failure.kind() == FailedCall.Kind.ABSENT;
            if (refused && doubt == null) {
                return Optional.of(new PutOutcome.Refused());
            }
            if (!budget.pauseAfter(failure)) {
                throw budget.failed(failure);
            }
            return Optional.empty();
        }
    }
}
