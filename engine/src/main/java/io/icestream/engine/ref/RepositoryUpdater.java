package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.EncodedRepository;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateStamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop through which a repository is changed. Thread-safe.
 *
 * <p>An attempt reads the repository object, computes the next value, copies the present object under a new name on
 * condition that it is the version read, stores what the next value refers to at the same time, and replaces it on the same
 * condition. If somebody else was faster, the next
 * attempt begins with reading. The first one begins with the value that is known already, if there is one.
 *
 * <p>Source: Icechunk specification 2, repository updates.
 */
public final class RepositoryUpdater {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryUpdater.class);

    private final RepositoryObject object;
    private final RepositoryConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Backoff backoff;

    /**
     * @param object the repository object
     * @param config how often to try, how many log entries to keep in place
     * @param clock tells the time
     * @param random chooses names; thread-safe
     * @param backoff waits between attempts
     */
    public RepositoryUpdater(
            RepositoryObject object,
            RepositoryConfig config,
            InstantSource clock,
            RandomGenerator random,
            Backoff backoff) {
        this.object = object;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.backoff = backoff;
    }

    /**
     * Changes the repository.
     *
     * @param transition the change
     * @param <R> what the transition says about its success
     * @return what it said, or that it is not known whether it took effect
     * @throws ReadOnlyException if the repository does not accept changes
     * @throws UpdateAttemptsException if others were faster in every attempt
     * @throws ClockSkewException if the last change is further in the future than clock skew explains
     */
    <R> UpdateOutcome<R> update(Transition<R> transition) {
        return run((info, stamp) -> {
            requireOnline(info);
            return transition.apply(info, stamp);
        });
    }

    /** Changes the repository though it may be read-only: for the change that ends that. */
    <R> UpdateOutcome<R> updateInAnyStatus(Transition<R> transition) {
        return run(transition);
    }

    private <R> UpdateOutcome<R> run(Transition<R> transition) {
        Optional<Prepared<R>> known = prepareLastKnown(transition);
        int made = known.isPresent() ? 1 : 0;
        Optional<UpdateOutcome<R>> outcome = known.flatMap(this::write);
        if (outcome.isPresent()) {
            return outcome.get();
        }
        int attempts = Math.max(config.updateRetries().maxTries(), made + 1);
        for (int attempt = made + 1; attempt <= attempts; attempt++) {
            RepositoryObject.Version current = object.fetch();
            UpdateStamp stamp = stamp(current.info());
            Transition.Step<R> step = transition.apply(current.info(), stamp);
            outcome = step instanceof Transition.Step.Write<R> write
                    ? write(new Prepared<>(current, write, stamp))
                    : Optional.of(new UpdateOutcome.Done<>(((Transition.Step.Stop<R>) step).result()));
            if (outcome.isPresent()) {
                return outcome.get();
            }
            backoff.pause(attempt);
        }
        throw new UpdateAttemptsException("Cannot change repository at " + object.location()
                + ": other writers were faster in " + attempts + " attempts; try again later");
    }

    /** A change that is computed and not yet written. */
    private record Prepared<R>(RepositoryObject.Version current, Transition.Step.Write<R> write, UpdateStamp stamp) {}

    /**
     * Computes the change from the value that was last read or written, which saves reading it: copy and replacement are
     * done only if it still is the current one. What it says against the change may be out of date and is not believed.
     * Writing it is the first attempt; there is always one more, with a value just read.
     */
    private <R> Optional<Prepared<R>> prepareLastKnown(Transition<R> transition) {
        Optional<RepositoryObject.Version> current = object.lastKnown();
        if (current.isEmpty()) {
            return Optional.empty();
        }
        try {
            UpdateStamp stamp = stamp(current.get().info());
            return transition.apply(current.get().info(), stamp) instanceof Transition.Step.Write<R> write
                    ? Optional.of(new Prepared<>(current.get(), write, stamp))
                    : Optional.empty();
        } catch (IcestreamException | IllegalArgumentException e) {
            LOG.debug("Reads the repository object again before believing this", e);
            return Optional.empty();
        }
    }

    /** Empty if another was faster. */
    private <R> Optional<UpdateOutcome<R>> write(Prepared<R> prepared) {
        UpdateAttempt.Result result = attempt(prepared).run();
        if (result instanceof UpdateAttempt.Result.Landed) {
            return Optional.of(new UpdateOutcome.Done<>(prepared.write().result()));
        }
        return result instanceof UpdateAttempt.Result.Unknown unknown
                ? Optional.of(new UpdateOutcome.Unknown<>(unknown.cause()))
                : Optional.empty();
    }

    /** Throws if the repository does not accept changes. */
    void requireOnline(RepositoryInfo info) {
        RepositoryStatus status = info.status();
        if (status.availability() != RepositoryStatus.Availability.ONLINE) {
            throw new ReadOnlyException("Cannot change repository at " + object.location() + ": its status is "
                    + status.availability() + " since " + status.setAt()
                    + status.reason().map(reason -> " (" + reason + ")").orElse("") + "; set it to online first");
        }
    }

    private UpdateAttempt attempt(Prepared<?> prepared) {
        EncodedRepository file =
                IcechunkFile.encodeRepository(prepared.write().next(), config.repositoryObjectCompressionLevel());
        return new UpdateAttempt(
                object,
                backoff,
                prepared.current(),
                file,
                prepared.stamp().backupPath(),
                prepared.write().objects());
    }

    private UpdateStamp stamp(RepositoryInfo info) {
        Instant now = clock.instant();
        Instant last =
                info.latestUpdates().stream().map(Update::updatedAt).findFirst().orElse(Instant.EPOCH);
        Instant time = MonotonicTime.after(now, last, "the last change of the repository at " + object.location());
        return new UpdateStamp(time, BackupName.at(now, random), config.updatesPerRepositoryObject());
    }
}
