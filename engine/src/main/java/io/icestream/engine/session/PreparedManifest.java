package io.icestream.engine.session;

import io.icestream.engine.asset.PendingWrite;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;

/** A new manifest, stored or about to be: how the array refers to it, and its entry in the snapshot's list. */
record PreparedManifest(ManifestReference reference, ManifestFile file, PendingWrite write) {}
