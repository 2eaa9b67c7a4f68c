package io.icestream.engine.repository;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.ref.Backoff;
import io.icestream.engine.ref.ReferenceFiles;
import io.icestream.engine.ref.ReferenceStore;
import io.icestream.engine.ref.References;
import io.icestream.engine.ref.RepositoryObject;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.ref.RepositoryUpdater;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObservedStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.virtual.VirtualChunks;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/**
 * The parts that a repository works with, put together.
 *
 * @param storage where it is, observed if somebody wants to be told
 * @param unobserved where it is
 * @param options how this process uses it
 * @param references branches, tags, history
 * @param settings what holds for it as a whole
 * @param context what its sessions share
 * @param executor its threads
 */
record Wiring(
        Storage storage,
        Storage unobserved,
        RepositoryOptions options,
        ReferenceStore references,
        RepositorySettings settings,
        SessionContext context,
        ExecutorService executor) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    /** Who lost a race lost it to a commit that was made; longer pauses than a commit takes leave the branch to the others. */
    private static final Duration LONGEST_PAUSE_BETWEEN_ROUNDS = Duration.ofMillis(100);

    /** Creates a repository. */
    static Wiring ofNew(Storage unobserved, RepositoryOptions options, SpecVersion version) {
        Storage storage = observed(unobserved, options);
        RepositoryObject object = new RepositoryObject(storage);
        RepositoryConfig asked = options.config().orElse(RepositoryConfig.DEFAULT);
        RepositoryConfig config = version == SpecVersion.V1 ? asked : asked.withDefaultSplitRules();
        AssetStore assets = assets(storage, options, version);
        new Creation(storage, assets, object).run(options.clock().instant(), config);
        return of(storage, unobserved, options, new Assembled(object, version, config, assets));
    }

    /** Finds a repository. */
    static Wiring ofPresent(Storage unobserved, RepositoryOptions options) {
        Storage storage = observed(unobserved, options);
        Discovery found = Discovery.of(storage);
        RepositoryConfig stored = found.config().orElse(RepositoryConfig.DEFAULT);
        RepositoryConfig config = options.config().map(stored::overlaidBy).orElse(stored);
        AssetStore assets = assets(storage, options, found.version());
        return of(storage, unobserved, options, new Assembled(found.object(), found.version(), config, assets));
    }

    private static Storage observed(Storage storage, RepositoryOptions options) {
        return options.observer() == Observer.NONE
                ? storage
                : ObservedStorage.of(storage, options.observer(), AssetKeys::kind);
    }

    private static AssetStore assets(Storage storage, RepositoryOptions options, SpecVersion version) {
        return new AssetStore(storage, options.cacheSizes(), options.random(), version);
    }

    /** What differs between a new repository and one that is there. */
    private record Assembled(
            RepositoryObject object, SpecVersion version, RepositoryConfig config, AssetStore assets) {}

    private static Wiring of(Storage storage, Storage unobserved, RepositoryOptions options, Assembled parts) {
        ExecutorService executor = WorkerPool.create(options.parallelism());
        Parallel parallel = new Parallel(executor, options.parallelism());
        ReferenceStore references = references(storage, options, parts, parallel);
        RepositorySettings settings = new RepositorySettings(references);
        SessionContext context = new SessionContext(
                parts.assets(),
                references,
                settings,
                new VirtualChunks(parts.config(), options.virtualAccess()),
                parts.config(),
                parallel,
                options.clock(),
                options.random(),
                new Backoff(options.waiter(), options.random(), FIRST_PAUSE, LONGEST_PAUSE_BETWEEN_ROUNDS),
                storage.place(),
                options.commitMetadata(),
                options.observer());
        return new Wiring(storage, unobserved, options, references, settings, context, executor);
    }

    private static ReferenceStore references(
            Storage storage, RepositoryOptions options, Assembled parts, Parallel parallel) {
        RepositoryConfig config = parts.config();
        Backoff betweenAttempts = new Backoff(
                options.waiter(),
                options.random(),
                FIRST_PAUSE,
                config.updateRetries().maxBackoff());
        if (parts.version() == SpecVersion.V1) {
            return new ReferenceFiles(
                    storage,
                    parts.assets(),
                    config,
                    options.clock(),
                    options.random(),
                    betweenAttempts,
                    parallel,
                    options.maxUncommittedAge());
        }
        RepositoryUpdater updater =
                new RepositoryUpdater(parts.object(), config, options.clock(), options.random(), betweenAttempts);
        return new References(parts.object(), updater, options.maxUncommittedAge());
    }
}
