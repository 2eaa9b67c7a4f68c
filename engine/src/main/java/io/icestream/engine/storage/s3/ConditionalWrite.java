package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * One conditional write with its repetitions. For one thread.
 *
 * <p><b>Protocol.</b> All requests of the write carry one condition and one write id, so at most one of them takes
 * effect, and an object that carries the id is ours.
 *
 * <ul>
 *   <li>A failure that says that nothing was done (throttled, another write under way, no connection) is followed by the
 *       same request again.
 *   <li>After no answer, and after a refusal (a proxy, or the HTTP client, may have sent the request twice), the object
 *       is looked at. If it carries our id, the write has taken effect. If it is as the condition wants it, no request
 *       has taken effect so far, and the same one is made again.
 *   <li>If it is another's: refused, provided that every request was answered. Otherwise ours may have taken effect and
 *       then been replaced by that other, and nothing that the store knows tells: the outcome is unknown. The same if the
 *       object cannot be looked at.
 * </ul>
 *
 * <p>Source: Icechunk design document 17, lost replies of conditional writes.
 */
final class ConditionalWrite {
    private final Attempts.Budget budget;
    private final WriteCondition condition;
    private final WriteId id;
    private final ReadBack readBack;

    /** The first failure after which the write may have taken effect. */
    private @Nullable StorageException doubt;

    ConditionalWrite(Attempts.Budget budget, WriteCondition condition, WriteId id, ReadBack readBack) {
        this.budget = budget;
        this.condition = condition;
        this.id = id;
        this.readBack = readBack;
    }

    /** One request of the write. */
    @FunctionalInterface
    interface Request {
        ObjectVersion send(Optional<Duration> limit);
    }

    /** Looks at the object. */
    @FunctionalInterface
    interface ReadBack {
        /**
         * @return what is there, or empty if there is nothing
         * @throws StorageException if that cannot be learnt
         */
        Optional<HeadObjectResponse> look();
    }

    /**
     * Makes the write.
     *
     * @return what became of it
     * @throws StorageException if certainly nothing was written
     */
    PutOutcome run(Request request) {
        while (true) {
            Optional<PutOutcome> outcome = attempt(request);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
    }

    /** Empty says to make the request again; the budget bounds how often. */
    private Optional<PutOutcome> attempt(Request request) {
        try {
            return Optional.of(new PutOutcome.Written(request.send(budget.nextLimit())));
        } catch (SdkException e) {
            return settle(S3Failure.of(e));
        } catch (StorageException interrupted) {
            return Optional.of(giveUp(interrupted));
        }
    }

    private Optional<PutOutcome> settle(S3Failure failure) {
        if (failure.kind().mayHaveTakenEffect() && doubt == null) {
            doubt = budget.failed(failure);
        }
        Optional<PutOutcome> outcome = switch (failure.kind()) {
            case REFUSED, ABSENT, NO_UPLOAD -> settleByLooking(failure);
            case NO_ANSWER -> settleByLooking(failure);
            default -> Optional.empty();
        };
        if (outcome.isPresent()) {
            return outcome;
        }
        try {
            return budget.pauseAfter(failure) ? Optional.empty() : Optional.of(giveUp(budget.failed(failure)));
        } catch (StorageException interrupted) {
            return Optional.of(giveUp(interrupted));
        }
    }

    private Optional<PutOutcome> settleByLooking(S3Failure failure) {
        Optional<HeadObjectResponse> present;
        try {
            present = readBack.look();
        } catch (StorageException e) {
            if (doubt != null) {
                doubt.addSuppressed(e);
            }
            return Optional.of(new PutOutcome.Unknown(doubt == null ? e : doubt));
        }
        if (present.filter(object -> id.isIn(object.metadata())).isPresent()) {
            return Optional.of(
                    new PutOutcome.Written(S3Calls.version(present.get().eTag())));
        }
        boolean refusal = failure.kind() == S3Failure.Kind.REFUSED || failure.kind() == S3Failure.Kind.ABSENT;
        if (refusal && doubt == null) {
            return Optional.of(new PutOutcome.Refused());
        }
        boolean untouched = condition.holdsFor(present.map(object -> S3Calls.version(object.eTag())));
        return untouched || doubt == null ? Optional.empty() : Optional.of(new PutOutcome.Unknown(doubt));
    }

    private PutOutcome giveUp(StorageException reason) {
        if (doubt == null) {
            throw reason;
        }
        if (doubt != reason) {
            doubt.addSuppressed(reason);
        }
        return new PutOutcome.Unknown(doubt);
    }
}
