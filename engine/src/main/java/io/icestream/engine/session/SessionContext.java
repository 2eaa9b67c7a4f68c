package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.ref.Backoff;
import io.icestream.engine.ref.ReferenceStore;
import io.icestream.engine.ref.RepositorySettings;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * What the sessions of one repository share. Thread-safe if its parts are.
 *
 * @param assets reads and writes objects
 * @param references branches and the publishing of commits
 * @param settings what holds for the repository as a whole
 * @param config the configuration of the repository
 * @param parallel runs I/O in parallel
 * @param clock tells the time
 * @param random chooses ids; thread-safe
 * @param backoff waits between rounds of a commit
 * @param commitMetadata goes with every commit that does not say otherwise
 */
public record SessionContext(
        AssetStore assets,
        ReferenceStore references,
        RepositorySettings settings,
        RepositoryConfig config,
        Parallel parallel,
        InstantSource clock,
        RandomGenerator random,
        Backoff backoff,
        SortedMap<String, JsonNode> commitMetadata) {}
