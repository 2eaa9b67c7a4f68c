package io.icestream.ingest.commit;

import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.slice.DatasetGrid;
import java.util.List;

/**
 * The repository of a data set. A new one is told to split manifests along time, so that a commit rewrites a manifest of bounded size however long the array has grown; this
 * is stored in it, and later writers of all kinds keep to it. An old one keeps its own configuration.
 */
public final class DatasetRepository {
    /** References that the manifest of one array holds at most, about; some 60 kB. */
    private static final int REFERENCES_PER_MANIFEST = 2_000;

    private DatasetRepository() {}

    /**
     * Opens the repository, or creates it if the configuration allows that. What was stored longer ago than {@code commit.max-uncommitted-age} is not published through it.
     *
     * @param storage where it is; stays the caller's to close
     * @param config the configuration
     * @return the repository
     * @throws NotFoundException if there is none and it must not be created
     * @throws io.icestream.engine.ref.AlreadyExistsException if there is none and the place is not empty
     * @throws io.icestream.engine.storage.StorageException if the storage does not work
     */
    public static Repository openOrCreate(Storage storage, IngestConfig config) {
        return openOrCreate(
                storage,
                config,
                RepositoryOptions.defaults()
                        .withMaxUncommittedAge(config.commit().maxUncommittedAge()));
    }

    /**
     * As {@link #openOrCreate(Storage, IngestConfig)}, with options of the caller.
     *
     * @param storage where it is; stays the caller's to close
     * @param config the configuration
     * @param options how to use it; without a configuration of the repository
     * @return the repository
     */
    public static Repository openOrCreate(Storage storage, IngestConfig config, RepositoryOptions options) {
        if (Repository.exists(storage)) {
            return Repository.open(storage, options);
        }
        if (!config.repository().createIfMissing()) {
            throw new NotFoundException("No repository at " + storage.location()
                    + "; check 'repository.location', or set 'repository.create-if-missing: true'");
        }
        Repository.openOrCreate(storage, options.withConfig(repositoryConfig(config.dataset())))
                .close();
        return Repository.open(storage, options);
    }

    /**
     * Configuration of a new repository.
     *
     * @param dataset the data set
     * @return the settings to store
     */
    static RepositoryConfig repositoryConfig(DatasetSettings dataset) {
        return RepositoryConfig.DEFAULT.withSplitRules(List.of(new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(
                        new DimensionCondition.DimensionName(
                                "^" + dataset.time().name() + "$"),
                        chunksPerManifest(dataset))))));
    }

    private static int chunksPerManifest(DatasetSettings dataset) {
        DatasetGrid grid = new DatasetGrid(dataset);
        int across = (grid.stations() + grid.chunkStations() - 1) / grid.chunkStations();
        return Math.max(1, REFERENCES_PER_MANIFEST / Math.max(1, across));
    }
}
