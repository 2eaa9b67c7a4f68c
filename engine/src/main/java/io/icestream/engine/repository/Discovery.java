package io.icestream.engine.repository;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.ref.ConfigObject;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.RepositoryObject;
import io.icestream.engine.storage.Storage;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is found where a repository should be. Where there is a repository object it counts, whatever else is there: an upgrade may not
 * have deleted the objects of version 1.
 *
 * @param object the repository object, read; not there in version 1
 * @param version version of the format
 * @param config the configuration that is stored, if one is
 */
record Discovery(RepositoryObject object, SpecVersion version, Optional<RepositoryConfig> config) {
    private static final String SPEC_1_MAIN = AssetKeys.branch(RepositoryInfo.MAIN);

    /**
     * Reads what is needed to open it. Cost: one request, three for version 1.
     *
     * @throws NotFoundException if there is no repository
     */
    static Discovery of(Storage storage) {
        RepositoryObject object = new RepositoryObject(storage);
        Optional<RepositoryInfo> info = object.find().map(RepositoryObject.Version::info);
        if (info.isPresent()) {
            Optional<RepositoryConfig> config =
                    info.flatMap(RepositoryInfo::config).map(stored -> RepositoryConfig.of(info.get()));
            return new Discovery(object, SpecVersion.V2, config);
        }
        if (storage.stat(SPEC_1_MAIN).isEmpty()) {
            throw new NotFoundException("No Icechunk repository at " + storage.location() + ": there is no object "
                    + AssetKeys.REPOSITORY + " and no " + SPEC_1_MAIN + "; check the path, or create one");
        }
        return new Discovery(object, SpecVersion.V1, new ConfigObject(storage).find());
    }

    static boolean exists(Storage storage) {
        return storage.stat(AssetKeys.REPOSITORY).isPresent()
                || storage.stat(SPEC_1_MAIN).isPresent();
    }

    static OptionalInt findSpecVersion(Storage storage) {
        Optional<RepositoryObject.Version> present = new RepositoryObject(storage).find();
        if (present.isPresent()) {
            return OptionalInt.of(present.get().info().specVersion());
        }
        return storage.stat(SPEC_1_MAIN).isPresent() ? OptionalInt.of(1) : OptionalInt.empty();
    }
}
