package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final Optional<String> id;
    private final ReadBack readBack;

    /** The first failure after which the write may have taken effect. */
    private @Nullable StorageException doubt;

    ConditionalWrite(Attempts.Budget budget, Write write, ReadBack readBack) {
        this.budget = budget;
        this.condition = write.condition();
        this.id = write.id();
        this.readBack = readBack;
    }

    /** One request of the write. */
    @FunctionalInterface
    interface Request {
        ObjectVersion send(Duration limit);
    }

    /** Looks at the object. */
    @FunctionalInterface
    interface ReadBack {
        /**
         * @return what is there, or empty if there is nothing
         * @throws StorageException if that cannot be learnt
         */
        Optional<ObjectState> look();
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
        } catch (FailedCall failure) {
            return settle(failure);
        } catch (StorageException interrupted) {
            return Optional.of(giveUp(interrupted));
        }
    }

    private Optional<PutOutcome> settle(FailedCall failure) {
        if (failure.kind().mayHaveTakenEffect() && doubt == null) {
            doubt = budget.failed(failure);
        }
        Optional<PutOutcome> outcome = switch (failure.kind()) {
            case REFUSED, ABSENT, NO_UPLOAD, NO_ANSWER -> settleByLooking(failure);
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

    private Optional<PutOutcome> settleByLooking(FailedCall failure) {
        Optional<ObjectState> present;
        try {
            present = readBack.look();
        } catch (StorageException e) {
            if (doubt != null) {
                doubt.addSuppressed(e);
            }
            return Optional.of(new PutOutcome.Unknown(doubt == null ? e : doubt));
        }
        if (id.isPresent() && present.map(ObjectState::writeId).equals(Optional.of(id))) {
            return Optional.of(new PutOutcome.Written(present.get().version()));
        }
        boolean untouched = condition.holdsFor(present.map(ObjectState::version));
        if (doubt == null) {
            return isRefusal(failure, untouched) ? Optional.of(new PutOutcome.Refused()) : Optional.empty();
        }
        return untouched ? Optional.empty() : Optional.of(new PutOutcome.Unknown(doubt));
    }

    /** An upload that is gone because another's has become the object is as good as a refusal. */
    private static boolean isRefusal(FailedCall failure, boolean untouched) {
        return switch (failure.kind()) {
            case REFUSED, ABSENT -> true;
            case NO_UPLOAD -> !untouched;
            default -> false;
        };
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
