package io.icestream.engine.session;

import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.ManifestReference;

/** A manifest in the storage: how the array refers to it, and its entry in the snapshot's list. */
record WrittenManifest(ManifestReference reference, ManifestFile file) {}
