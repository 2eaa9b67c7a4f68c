package io.icestream.engine.repository;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.asset.AssetCacheSizes;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.ref.Waiter;
import io.icestream.engine.session.MetadataRules;
import io.icestream.engine.virtual.VirtualAccess;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * How this process uses a repository. Immutable; each {@code with} method gives a changed copy.
 *
 * @param config the configuration: stored in a repository that is created; for one that is opened, what it sets goes
 *     before what is stored. Empty: what is stored, or the defaults of the format
 * @param clock tells the time
 * @param random chooses ids and waits; must be thread-safe, and unpredictable unless in a test
 * @param waiter lets time pass between attempts
 * @param cacheSizes memory for what has been read
 * @param parallelism how many requests one call makes at a time
 * @param virtualAccess by URL prefix, from where virtual chunks may be fetched, and as whom; nothing unless named here
 * @param commitMetadata JSON values that go with every commit; what a commit says itself under the same name goes before
 * @param maxUncommittedAge how long ago what a commit refers to, and nothing committed does, may have been stored; what is
 *     older is not published. Half of the age that garbage collections go by makes sure that no commit refers to what they
 *     deleted. Empty: no limit, and who collects has to know how long sessions last
 * @param observer is told of commits and of every call of the storage, for traces, metrics and logs; what it throws changes
 *     none of them
 */
public record RepositoryOptions(
        Optional<RepositoryConfig> config,
        InstantSource clock,
        RandomGenerator random,
        Waiter waiter,
        AssetCacheSizes cacheSizes,
        int parallelism,
        SortedMap<String, VirtualAccess> virtualAccess,
        SortedMap<String, JsonNode> commitMetadata,
        Optional<Duration> maxUncommittedAge,
        Observer observer) {
    private static final int DEFAULT_PARALLELISM = 16;

    /** Checks the ranges, copies the metadata, and guards the observer. */
    public RepositoryOptions {
        MetadataRules.check(commitMetadata);
        virtualAccess = Collections.unmodifiableSortedMap(new TreeMap<>(virtualAccess));
        commitMetadata = Collections.unmodifiableSortedMap(new TreeMap<>(commitMetadata));
        if (parallelism < 1) {
            throw new IllegalArgumentException("Invalid parallelism " + parallelism + ": it must be at least 1");
        }
        if (maxUncommittedAge.filter(age -> age.isNegative() || age.isZero()).isPresent()) {
            throw new IllegalArgumentException("Invalid age " + maxUncommittedAge.get() + ": it must be positive");
        }
        observer = Observer.guarded(observer);
    }

    /**
     * The stored configuration, the system's clock, caches of the usual size, 16 requests at a time.
     *
     * @return the options
     */
    public static RepositoryOptions defaults() {
        return new RepositoryOptions(
                Optional.empty(),
                InstantSource.system(),
                new SecureRandom(),
                Waiter.sleeping(),
                AssetCacheSizes.DEFAULT,
                DEFAULT_PARALLELISM,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Observer.NONE);
    }

    /**
     * @param value the configuration to store or to use
     * @return the changed options
     */
    public RepositoryOptions withConfig(RepositoryConfig value) {
        return changed(draft -> draft.config = Optional.of(value));
    }

    /**
     * @param value tells the time
     * @return the changed options
     */
    public RepositoryOptions withClock(InstantSource value) {
        return changed(draft -> draft.clock = value);
    }

    /**
     * @param value chooses ids and waits; thread-safe
     * @return the changed options
     */
    public RepositoryOptions withRandom(RandomGenerator value) {
        return changed(draft -> draft.random = value);
    }

    /**
     * @param value lets time pass between attempts
     * @return the changed options
     */
    public RepositoryOptions withWaiter(Waiter value) {
        return changed(draft -> draft.waiter = value);
    }

    /**
     * @param value memory for what has been read
     * @return the changed options
     */
    public RepositoryOptions withCacheSizes(AssetCacheSizes value) {
        return changed(draft -> draft.cacheSizes = value);
    }

    /**
     * @param value how many requests one call makes at a time
     * @return the changed options
     */
    public RepositoryOptions withParallelism(int value) {
        return changed(draft -> draft.parallelism = value);
    }

    /**
     * @param values JSON values that go with every commit
     * @return the changed options
     * @throws IllegalArgumentException as for {@link io.icestream.engine.session.CommitRequest#metadata}
     */
    public RepositoryOptions withCommitMetadata(Map<String, JsonNode> values) {
        return changed(draft -> draft.commitMetadata = new TreeMap<>(values));
    }

    /**
     * Lets virtual chunks be fetched from below a prefix.
     *
     * @param urlPrefix the prefix, for example {@code s3://bucket/model-runs/}; the longest one of a location decides
     * @param access what kind of store it is, and who asks, for example {@code S3Access.anonymous()}
     * @return the changed options
     */
    public RepositoryOptions withVirtualAccess(String urlPrefix, VirtualAccess access) {
        SortedMap<String, VirtualAccess> more = new TreeMap<>(virtualAccess);
        more.put(urlPrefix, access);
        return changed(draft -> draft.virtualAccess = more);
    }

    /**
     * @param value how long ago what a commit refers to may have been stored, half of the age that collections go by
     * @return the changed options
     */
    public RepositoryOptions withMaxUncommittedAge(Duration value) {
        return changed(draft -> draft.maxUncommittedAge = Optional.of(value));
    }

    /**
     * Lets somebody be told what is done.
     *
     * @param value whom; {@code Observer.all} tells several. What it throws is {@linkplain Observer#guarded logged}
     * @return the changed options
     */
    public RepositoryOptions withObserver(Observer value) {
        return changed(draft -> draft.observer = value);
    }

    private RepositoryOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** Options of which some are replaced. */
    private static final class Draft {
        private Optional<RepositoryConfig> config;
        private InstantSource clock;
        private RandomGenerator random;
        private Waiter waiter;
        private AssetCacheSizes cacheSizes;
        private int parallelism;
        private SortedMap<String, VirtualAccess> virtualAccess;
        private SortedMap<String, JsonNode> commitMetadata;
        private Optional<Duration> maxUncommittedAge;
        private Observer observer;

        Draft(RepositoryOptions options) {
            this.config = options.config;
            this.clock = options.clock;
            this.random = options.random;
            this.waiter = options.waiter;
            this.cacheSizes = options.cacheSizes;
            this.parallelism = options.parallelism;
            this.virtualAccess = options.virtualAccess;
            this.commitMetadata = options.commitMetadata;
            this.maxUncommittedAge = options.maxUncommittedAge;
            this.observer = options.observer;
        }

        RepositoryOptions finished() {
            return new RepositoryOptions(
                    config,
                    clock,
                    random,
                    waiter,
                    cacheSizes,
                    parallelism,
                    virtualAccess,
                    commitMetadata,
                    maxUncommittedAge,
                    observer);
        }
    }
}
