package io.icestream.engine.conflict;

/**
 * Why a change cannot simply be moved over somebody else's commit. The first eleven are the reference's; the others are
 * defects there that we refuse.
 */
public enum ConflictKind {
    /** Their commit moved nodes; nothing can be rebased over that. */
    MOVE_OPERATION_CANNOT_BE_REBASED,
    /** We created a node where they have one. */
    NEW_NODE_CONFLICTS_WITH_EXISTING_NODE,
    /** We created a node below what is an array of theirs; the path is that of the array. */
    NEW_NODE_IN_INVALID_GROUP,
    /** Both changed the metadata of one node. */
    ZARR_METADATA_DOUBLE_UPDATE,
    /** We changed the metadata of an array that they deleted. */
    ZARR_METADATA_UPDATE_OF_DELETED_ARRAY,
    /** We changed the metadata of a group that they deleted. */
    ZARR_METADATA_UPDATE_OF_DELETED_GROUP,
    /** We changed chunks of an array that they deleted. */
    CHUNKS_UPDATED_IN_DELETED_ARRAY,
    /** We changed chunks of an array whose metadata they changed. */
    CHUNKS_UPDATED_IN_UPDATED_ARRAY,
    /** Both changed the same chunks. */
    CHUNK_DOUBLE_UPDATE,
    /** We deleted an array whose metadata or chunks they changed. */
    DELETE_OF_UPDATED_ARRAY,
    /** We deleted a group whose metadata they changed. */
    DELETE_OF_UPDATED_GROUP,
    /** Both deleted and created anew the same node: the result would have two nodes at one path. */
    PATH_TAKEN_TWICE,
    /** A node would be left below a group that is deleted or moved away, or below an array. */
    ORPHANED_NODE,
    /** We moved a node that they deleted. */
    MOVE_OF_DELETED_NODE,
    /** We made an array smaller, and they wrote a chunk that would fall outside. */
    CHUNKS_OUTSIDE_SHRUNK_ARRAY,
    /** They changed what we declared to have read. */
    READ_WAS_CHANGED
}
