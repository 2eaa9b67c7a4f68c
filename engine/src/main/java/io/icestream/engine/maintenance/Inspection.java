package io.icestream.engine.maintenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.FileHeader;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.format.VirtualChecksum;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Shows files of a repository as JSON, header included, by their keys. Thread-safe; changes nothing. Works on a storage, so
 * that a repository that does not open can be looked at too. Cost: one request; the whole file and its JSON are in memory.
 */
public final class Inspection {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Storage storage;

    /**
     * @param storage holds the repository
     */
    public Inspection(Storage storage) {
        this.storage = storage;
    }

    /**
     * Reads a file.
     *
     * @param key its key: {@code repo}, or one below {@code snapshots/}, {@code manifests/}, {@code transactions/} or
     *     {@code overwritten/}; of a repository of version 1 also {@code config.yaml}, or one below {@code refs/}
     * @return its content under the names of the format's fields; {@code header}, where the file has one, says by whom it was
     *     written
     * @throws NotFoundException if there is no such object
     * @throws IllegalArgumentException if objects under the key are no such files, as chunks
     * @throws io.icestream.engine.format.CorruptObjectException if the file is damaged
     */
    public ObjectNode inspect(String key) {
        if (!key.equals(AssetKeys.REPOSITORY) && !key.equals(AssetKeys.CONFIG) && !key.contains("/")) {
            throw new IllegalArgumentException("Cannot show '" + key + "': name repo, or a file below snapshots/, "
                    + "manifests/, transactions/ or overwritten/; in version 1 config.yaml, or a file below refs/");
        }
        if (key.startsWith(AssetKeys.CHUNKS)) {
            throw new IllegalArgumentException(
                    "Cannot show '" + key + "': chunk objects are encoded chunks and nothing else");
        }
        ByteBuffer file = storage.find(key)
                .orElseThrow(() -> new NotFoundException("No object '" + key + "' in " + storage.location()))
                .bytes();
        if (key.equals(AssetKeys.CONFIG)) {
            return RepositoryConfig.decodeYaml(Bytes.copyOf(file), key).settings();
        }
        if (key.startsWith(AssetKeys.REFS)) {
            return text(key, file);
        }
        ObjectNode json = JSON.objectNode();
        json.set("header", header(IcechunkFile.decodeHeader(file, key)));
        json.put("size_bytes", file.remaining());
        if (key.startsWith(AssetKeys.SNAPSHOTS)) {
            describe(IcechunkFile.decodeSnapshot(file, key), json);
        } else if (key.startsWith(AssetKeys.MANIFESTS)) {
            describe(IcechunkFile.decodeManifest(file, key), json);
        } else if (key.startsWith(AssetKeys.TRANSACTION_LOGS)) {
            describe(IcechunkFile.decodeTransactionLog(file, key), json);
        } else {
            describe(IcechunkFile.decodeRepositoryInfo(file, key), json);
        }
        return json;
    }

    /** A ref of version 1; that of a deleted tag is empty. */
    private static ObjectNode text(String key, ByteBuffer file) {
        String text = StandardCharsets.UTF_8.decode(file).toString();
        try {
            return text.isEmpty() ? JSON.objectNode() : (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException | ClassCastException e) {
            CorruptObjectException corrupt = new CorruptObjectException(key, 0, "a JSON object", text);
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }

    private static ObjectNode header(FileHeader header) {
        return JSON.objectNode()
                .put("written_by", header.writer())
                .put("spec_version", header.specVersion())
                .put("file_type", header.type().map(type -> type.title()).orElse("unknown"))
                .put("compression", header.compression());
    }

    private static void describe(RepositoryInfo info, ObjectNode json) {
        json.put("spec_version", info.specVersion());
        refs(json.putObject("branches"), info.branches());
        refs(json.putObject("tags"), info.tags());
        texts(json.putArray("deleted_tags"), info.deletedTags());
        ArrayNode snapshots = json.putArray("snapshots");
        info.snapshots().all().forEach(entry -> snapshots.add(entry(entry)));
        ObjectNode status = json.putObject("status");
        status.put("availability", info.status().availability().toString());
        status.put("set_at", info.status().setAt().toString());
        info.status().reason().ifPresent(reason -> status.put("reason", reason));
        json.putObject("metadata").setAll(info.metadata());
        ArrayNode updates = json.putArray("latest_updates");
        info.latestUpdates().forEach(update -> {
            ObjectNode item = updates.addObject();
            item.put("update", update.kind().toString());
            item.put("updated_at", update.updatedAt().toString());
            update.backupPath().ifPresent(path -> item.put("backup_path", path));
        });
        info.repoBeforeUpdates().ifPresent(path -> json.put("repo_before_updates", path));
        json.set("config", RepositoryConfig.of(info).settings());
        info.flags().enabled().forEach(json.putArray("enabled_feature_flags")::add);
        info.flags().disabled().forEach(json.putArray("disabled_feature_flags")::add);
        info.extra().ifPresent(extra -> json.put("extra", extra.toByteArray()));
    }

    private static void refs(ObjectNode json, Map<String, SnapshotId> refs) {
        refs.forEach((name, id) -> json.put(name, id.toString()));
    }

    private static void texts(ArrayNode json, Collection<?> values) {
        values.forEach(value -> json.add(value.toString()));
    }

    private static ObjectNode entry(SnapshotEntry entry) {
        ObjectNode json = JSON.objectNode();
        json.put("id", entry.id().toString());
        entry.parent().ifPresent(parent -> json.put("parent_id", parent.toString()));
        json.put("flushed_at", entry.flushedAt().toString());
        json.put("message", entry.message());
        json.putObject("metadata").setAll(entry.metadata());
        if (!entry.prunedAncestorLogs().isEmpty()) {
            texts(json.putArray("pruned_ancestor_tx_logs"), entry.prunedAncestorLogs());
        }
        return json;
    }

    private static void describe(Snapshot snapshot, ObjectNode json) {
        json.put("id", snapshot.id().toString());
        snapshot.parent().ifPresent(parent -> json.put("parent_id", parent.toString()));
        json.put("flushed_at", snapshot.flushedAt().toString());
        json.put("message", snapshot.message());
        json.putObject("metadata").setAll(snapshot.metadata());
        ArrayNode manifests = json.putArray("manifests");
        snapshot.manifestFiles()
                .forEach(file -> manifests
                        .addObject()
                        .put("id", file.id().toString())
                        .put("size_bytes", file.sizeBytes())
                        .put("num_chunk_refs", file.chunkReferences()));
        ArrayNode nodes = json.putArray("nodes");
        snapshot.nodes().forEach(node -> nodes.add(node(node)));
    }

    private static ObjectNode node(Node node) {
        ObjectNode json = JSON.objectNode();
        json.put("id", node.id().toString());
        json.put("path", node.path().toString());
        json.put("kind", node.kind().toString());
        json.put(
                "user_data",
                StandardCharsets.UTF_8.decode(node.userData().asByteBuffer()).toString());
        if (node.data() instanceof NodeData.Array array) {
            ArrayNode shape = json.putArray("shape");
            array.shape()
                    .forEach(dimension -> shape.addObject()
                            .put("array_length", dimension.arrayLength())
                            .put("num_chunks", dimension.chunkCount()));
            array.dimensionNames()
                    .ifPresent(names -> names.forEach(
                            name -> json.withArray("/dimension_names").add(name.orElse(null))));
            ArrayNode manifests = json.putArray("manifests");
            array.manifests().forEach(manifest -> {
                ObjectNode item = manifests.addObject();
                item.put("id", manifest.id().toString());
                extents(item.putArray("extents"), manifest.extents());
            });
        }
        return json;
    }

    private static void extents(ArrayNode json, List<ChunkIndexRange> extents) {
        extents.forEach(range -> json.addArray().add(range.from()).add(range.to()));
    }

    private static void describe(Manifest manifest, ObjectNode json) {
        json.put("id", manifest.id().toString());
        json.put("num_chunk_refs", manifest.chunkReferences());
        ArrayNode arrays = json.putArray("arrays");
        for (NodeId node : manifest.nodes()) {
            ObjectNode array = arrays.addObject();
            array.put("node_id", node.toString());
            ArrayNode references = array.putArray("refs");
            ManifestCursor cursor = manifest.cursor(node);
            while (cursor.advance()) {
                ObjectNode reference = references.addObject();
                reference.put("index", cursor.index().toString());
                reference(cursor.reference(), reference);
            }
        }
    }

    private static void reference(ChunkReference reference, ObjectNode json) {
        if (reference instanceof ChunkReference.Inline inline) {
            json.put("inline", inline.bytes().toByteArray());
        } else if (reference instanceof ChunkReference.Native stored) {
            json.put("chunk_id", stored.id().toString());
            json.put("offset", stored.offset());
        } else if (reference instanceof ChunkReference.Virtual virtual) {
            json.put("location", virtual.location());
            json.put("offset", virtual.offset());
            virtual.checksum().ifPresent(checksum -> checksum(checksum, json));
        }
        json.put("length", reference.length());
    }

    private static void checksum(VirtualChecksum checksum, ObjectNode json) {
        if (checksum instanceof VirtualChecksum.EntityTag tag) {
            json.put("checksum_etag", tag.value());
        } else if (checksum instanceof VirtualChecksum.LastModified modified) {
            json.put("checksum_last_modified", modified.time().toString());
        }
    }

    private static void describe(TransactionLog log, ObjectNode json) {
        json.put("id", log.id().toString());
        texts(json.putArray("new_groups"), log.newGroups());
        texts(json.putArray("new_arrays"), log.newArrays());
        texts(json.putArray("deleted_groups"), log.deletedGroups());
        texts(json.putArray("deleted_arrays"), log.deletedArrays());
        texts(json.putArray("updated_groups"), log.updatedGroups());
        texts(json.putArray("updated_arrays"), log.updatedArrays());
        ObjectNode chunks = json.putObject("updated_chunks");
        log.updatedChunks().forEach((node, indices) -> texts(chunks.putArray(node.toString()), indices));
        ArrayNode moves = json.putArray("moved_nodes");
        log.moves()
                .forEach(move -> moves.addObject()
                        .put("from", move.from().toString())
                        .put("to", move.to().toString())
                        .put("node_id", move.id().toString())
                        .put("node_type", move.kind().toString()));
    }
}
