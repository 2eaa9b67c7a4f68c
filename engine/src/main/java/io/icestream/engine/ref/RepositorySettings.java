package io.icestream.engine.ref;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.format.FeatureFlags;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SpecVersion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What holds for a repository as a whole: its metadata, its status, its features and the configuration stored in it.
 * Thread-safe. Each change is one update of the repository object and one entry of the ops log.
 *
 * <p>All changes throw what those of {@link ReferenceStore} throw; all but {@link #setStatus} throw
 * {@link ReadOnlyException} unless the repository is online. The status is advice to other implementations: only
 * software that looks at it obeys.
 *
 * <p>A repository of version 1 of the format has a stored configuration, in an object of its own, and nothing else of this: it
 * is always online, all features but moves are allowed, and everything that asks for more throws
 * {@link UpgradeRequiredException}.
 */
public final class RepositorySettings {
    private static final String METADATA = "metadata";
    private static final String STATUS = "status";
    private static final String FEATURE_FLAGS = "feature flags";

    private final ReferenceStore references;

    /**
     * @param references reads and changes the repository
     */
    public RepositorySettings(ReferenceStore references) {
        this.references = references;
    }

    /**
     * Reads the metadata of the repository. Cost: one request, without payload if nothing changed since the last read.
     *
     * @return JSON values by name
     */
    public SortedMap<String, JsonNode> metadata() {
        return references.fetchFor(METADATA).metadata();
    }

    /**
     * Replaces the metadata of the repository.
     *
     * @param values JSON values by name
     * @throws IllegalArgumentException if a value could not be read back as it is
     */
    public void setMetadata(Map<String, JsonNode> values) {
        MetadataValues.check("repository", values);
        references.requireVersion2(METADATA);
        references.change(
                "set the metadata", (info, stamp) -> References.write(info.withMetadata(new TreeMap<>(values), stamp)));
    }

    /**
     * Sets some values of the metadata of the repository and leaves the others as they are, whoever set them meanwhile.
     *
     * @param values JSON values by name
     * @return all metadata after the change
     * @throws IllegalArgumentException if a value could not be read back as it is
     */
    public SortedMap<String, JsonNode> updateMetadata(Map<String, JsonNode> values) {
        MetadataValues.check("repository", values);
        references.requireVersion2(METADATA);
        return references.change("update the metadata", (info, stamp) -> {
            SortedMap<String, JsonNode> merged = new TreeMap<>(info.metadata());
            merged.putAll(values);
            RepositoryInfo next = info.withMetadata(merged, stamp);
            return new Transition.Step.Write<>(next, next.metadata());
        });
    }

    /**
     * Removes some values of the metadata of the repository and leaves the others as they are.
     *
     * @param names what to remove; names that there are not are fine
     */
    public void removeMetadata(Set<String> names) {
        references.requireVersion2(METADATA);
        references.change("remove metadata", (info, stamp) -> {
            SortedMap<String, JsonNode> left = new TreeMap<>(info.metadata());
            left.keySet().removeAll(names);
            return References.write(info.withMetadata(left, stamp));
        });
    }

    /**
     * Reads the status. Cost: as for {@link #metadata}.
     *
     * @return whether the repository may be changed, since when, and why not
     */
    public RepositoryStatus status() {
        return references.fetchFor(STATUS).status();
    }

    /**
     * Sets the status. While it is read-only, sessions for writing cannot be opened and every other change of the
     * repository object is refused, commits included; reading goes on.
     *
     * @param availability online or read-only
     * @param reason why, for people; empty for none
     * @throws IllegalArgumentException if {@code availability} is {@link RepositoryStatus.Availability#OFFLINE}, which
     *     the reference implementation takes for online
     */
    public void setStatus(RepositoryStatus.Availability availability, Optional<String> reason) {
        if (availability == RepositoryStatus.Availability.OFFLINE) {
            throw new IllegalArgumentException("Cannot set the status of the repository at " + references.location()
                    + " to OFFLINE: other clients take that for online; use READ_ONLY");
        }
        references.requireVersion2(STATUS);
        references.changeInAnyStatus(
                "set the status to " + availability,
                (info, stamp) -> References.write(
                        info.withStatus(new RepositoryStatus(availability, stamp.at(), reason), stamp)));
    }

    /**
     * Tells whether a feature is allowed. Cost: as for {@link #metadata}.
     *
     * @param feature the feature
     * @return true unless it is switched off
     */
    public boolean isEnabled(Feature feature) {
        return !references.fetchFor(FEATURE_FLAGS).flags().isDisabled(feature.flag());
    }

    /**
     * Reads what the repository says about a feature. Cost: as for {@link #metadata}.
     *
     * @param feature the feature
     * @return the setting
     */
    public FeatureSetting feature(Feature feature) {
        FeatureFlags flags = references.fetchFor(FEATURE_FLAGS).flags();
        if (flags.disabled().contains(feature.flag())) {
            return FeatureSetting.DISABLED;
        }
        return flags.enabled().contains(feature.flag()) ? FeatureSetting.ENABLED : FeatureSetting.DEFAULT;
    }

    /**
     * Switches a feature on or off, or returns it to its default.
     *
     * @param feature the feature
     * @param setting what is to hold
     */
    public void setFeature(Feature feature, FeatureSetting setting) {
        references.requireVersion2(FEATURE_FLAGS);
        references.change(
                "set the feature flag " + feature.flagName() + " to " + setting,
                (info, stamp) -> References.write(info.withFeature(feature.flag(), setting.value(), stamp)));
    }

    /**
     * Makes sure that the repository allows a feature. Cost: as for {@link #metadata}.
     *
     * @param feature the feature
     * @throws ReadOnlyException if it does not
     */
    public void require(Feature feature) {
        references.require(feature);
    }

    /**
     * Reads the configuration that is stored. Cost: as for {@link #metadata}.
     *
     * @return the configuration, or empty if there is none and the defaults hold
     */
    public Optional<RepositoryConfig> storedConfig() {
        return references.findConfig();
    }

    /**
     * Stores a configuration in the place of the one that is stored; the last writer wins. It holds for repositories
     * opened from now on, wherever they are opened, unless their opener says otherwise. Only what is set is stored, so
     * that no default of this machine travels with the repository.
     *
     * @param config the configuration
     */
    public void saveConfig(RepositoryConfig config) {
        references.saveConfig(config);
    }

    /**
     * Changes the stored configuration, whoever changed it meanwhile (in version 1, the last one who does holds). It holds as for {@link #saveConfig}; settings that the change does
     * not touch stay as they are, those included that are not known here.
     *
     * @param change gives the new configuration for the one that is stored; may be asked several times
     * @return the configuration that was stored
     */
    public RepositoryConfig updateConfig(UnaryOperator<RepositoryConfig> change) {
        if (references.version() == SpecVersion.V1) {
            RepositoryConfig next = change.apply(RepositoryConfig.of(references.fetch()));
            references.saveConfig(next);
            return next;
        }
        return references.change("change the configuration", (info, stamp) -> {
            RepositoryConfig next = change.apply(RepositoryConfig.of(info));
            return new Transition.Step.Write<>(info.withConfig(next.encode(), stamp), next);
        });
    }
}
