package io.icestream.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.List;
import java.util.Optional;

/** A group of a session with its attributes and children. As thread-safe as its session. */
public final class ZarrGroup {
    private final Session session;
    private final NodePath path;

    private ZarrGroup(Session session, NodePath path) {
        this.session = session;
        this.path = path;
    }

    /**
     * Opens a group. Cost: no request.
     *
     * @param session where it is; writing needs a {@link WritableSession}
     * @param path its path
     * @return the group
     * @throws io.icestream.engine.ref.NotFoundException if there is no group at this path
     */
    public static ZarrGroup open(Session session, NodePath path) {
        session.groupMetadata(path);
        return new ZarrGroup(session, path);
    }

    /**
     * Creates a group. A new repository has none, not even the root group.
     *
     * @param session where to create it
     * @param path its path, free
     * @param metadata its metadata
     * @return the group
     * @throws io.icestream.engine.ref.AlreadyExistsException if there is a node at this path
     */
    public static ZarrGroup create(WritableSession session, NodePath path, GroupMetadata metadata) {
        session.createGroup(path, metadata);
        return new ZarrGroup(session, path);
    }

    /**
     * @return where the group is
     */
    public NodePath path() {
        return path;
    }

    /**
     * @return a copy of the attributes
     */
    public ObjectNode attributes() {
        return session.groupMetadata(path).attributes();
    }

    /**
     * Replaces all attributes.
     *
     * @param attributes the attributes from now on
     * @throws IllegalStateException if the session cannot be written
     */
    public void replaceAttributes(ObjectNode attributes) {
        writable().updateGroup(path, session.groupMetadata(path).withAttributes(attributes));
    }

    /**
     * @return the groups and arrays directly in this group, in the order of their paths
     */
    public List<NodePath> children() {
        return session.nodes().stream()
                .map(Node::path)
                .filter(child -> child.parent().equals(Optional.of(path)))
                .toList();
    }

    /**
     * Opens an array below this group.
     *
     * @param name its name, or several with {@code /} between them
     * @return the array
     * @throws io.icestream.engine.ref.NotFoundException if there is none
     */
    public ZarrArray array(String name) {
        return ZarrArray.open(session, path.resolve(name));
    }

    /**
     * Opens a group below this one.
     *
     * @param name its name, or several with {@code /} between them
     * @return the group
     * @throws io.icestream.engine.ref.NotFoundException if there is none
     */
    public ZarrGroup group(String name) {
        return open(session, path.resolve(name));
    }

    /**
     * Creates an array in this group.
     *
     * @param name its name
     * @param metadata its metadata
     * @return the array
     * @throws io.icestream.engine.ref.AlreadyExistsException if there is a node of this name
     * @throws IllegalStateException if the session cannot be written
     */
    public ZarrArray createArray(String name, ArrayMetadata metadata) {
        return ZarrArray.create(writable(), path.resolve(name), metadata);
    }

    /**
     * Creates a group in this one.
     *
     * @param name its name
     * @param metadata its metadata
     * @return the group
     * @throws io.icestream.engine.ref.AlreadyExistsException if there is a node of this name
     * @throws IllegalStateException if the session cannot be written
     */
    public ZarrGroup createGroup(String name, GroupMetadata metadata) {
        return create(writable(), path.resolve(name), metadata);
    }

    private WritableSession writable() {
        if (session instanceof WritableSession writable) {
            return writable;
        }
        throw new IllegalStateException(
                "Cannot write to group " + path + ": " + session + " only reads; use a writable session");
    }

    /** For messages. */
    @Override
    public String toString() {
        return "ZarrGroup " + path + " of " + session;
    }
}
