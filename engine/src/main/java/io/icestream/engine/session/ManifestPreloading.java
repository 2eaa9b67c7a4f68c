package io.icestream.engine.session;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestPreload;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.Snapshot;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches manifests into the cache before somebody asks for them, in the background. What fails is fetched again by whoever
 * needs it, and fails there for all to see.
 */
final class ManifestPreloading {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestPreloading.class);

    private ManifestPreloading() {}

    /** Begins, if the configuration says so. Returns at once. */
    static void start(SessionContext context, Snapshot snapshot) {
        context.config()
                .manifestPreload()
                .ifPresent(preload -> choose(snapshot, preload)
                        .forEach(file -> context.parallel().offer(() -> fetch(context, file))));
    }

    private static void fetch(SessionContext context, ManifestFile file) {
        try {
            context.assets().fetchManifest(file);
        } catch (IcestreamException e) {
            LOG.debug("Manifest {} could not be fetched ahead", file.id(), e);
        }
    }

    /** In the order of the paths, as long as the bounds hold. */
    static Set<ManifestFile> choose(Snapshot snapshot, ManifestPreload preload) {
        Set<ManifestFile> chosen = new LinkedHashSet<>();
        long references = 0;
        int arrays = 0;
        for (Node node : snapshot.nodes()) {
            if (!(node.data() instanceof NodeData.Array array)) {
                continue;
            }
            if (++arrays > preload.maxArrays()) {
                break;
            }
            for (ManifestReference manifest : array.manifests()) {
                ManifestFile file = snapshot.findManifestFile(manifest.id()).orElse(null);
                if (file != null
                        && references + file.chunkReferences() <= preload.maxReferences()
                        && preload.condition().matches(node.path(), file.chunkReferences())
                        && chosen.add(file)) {
                    references += file.chunkReferences();
                }
            }
        }
        return chosen;
    }
}
