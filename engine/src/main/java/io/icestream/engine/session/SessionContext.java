package io.icestream.engine.session;

import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.ref.Backoff;
import io.icestream.engine.ref.References;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What the sessions of one repository share. Thread-safe if its parts are.
 *
 * @param assets reads and writes objects
 * @param references branches and the publishing of commits
 * @param config the configuration of the repository
 * @param parallel runs I/O in parallel
 * @param clock tells the time
 * @param random chooses ids; thread-safe
 * @param backoff waits between rounds of a commit
 */
public record SessionContext(
        AssetStore assets,
        References references,
        RepositoryConfig config,
        Parallel parallel,
        InstantSource clock,
        RandomGenerator random,
        Backoff backoff) {}
