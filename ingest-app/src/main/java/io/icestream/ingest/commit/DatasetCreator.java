package io.icestream.ingest.commit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.ingest.protocol.Ledger;
import java.util.List;
import java.util.Optional;

/** Fills the session of the first commit: groups, empty arrays, coordinates, the seed of the ledger. */
final class DatasetCreator {
    private final DatasetLayout layout;
    private final String ingest;

    DatasetCreator(DatasetLayout layout, String ingest) {
        this.layout = layout;
        this.ingest = ingest;
    }

    /**
     * Creates all nodes. Groups that are there are kept, with their attributes overlaid.
     *
     * @param session where to
     * @param seed the ledger, of the snapshot that the session will write
     * @throws DatasetExistsException if other nodes are in the place of the arrays
     */
    void create(WritableSession session, Ledger seed) {
        refuseOthers(session);
        createParents(session, layout.group());
        describeGroup(session);
        layout.arrays().forEach(array -> session.createArray(array.path(), array.initial()));
        layout.writeStations(session);
        NodePath ledger = LedgerJson.path(ingest);
        createParents(session, ledger);
        session.createGroup(ledger, GroupMetadata.of(LedgerJson.toAttributes(seed)));
    }

    private void refuseOthers(WritableSession session) {
        List<String> taken = layout.arrays().stream()
                .map(ArrayLayout::path)
                .filter(path -> session.findNode(path).isPresent())
                .map(NodePath::toString)
                .toList();
        if (!taken.isEmpty()) {
            throw new DatasetExistsException("Cannot create the data set of ingest '" + ingest + "' on branch '"
                    + session.branch() + "': nodes " + String.join(", ", taken) + " are there, and no ledger "
                    + LedgerJson.path(ingest) + "; choose another group, branch or repository");
        }
    }

    private static void createParents(WritableSession session, NodePath path) {
        Optional<NodePath> parent = path.parent();
        if (parent.isEmpty()) {
            return;
        }
        createParents(session, parent.get());
        Optional<Node> node = session.findNode(parent.get());
        if (node.isEmpty()) {
            session.createGroup(parent.get(), GroupMetadata.empty());
        } else if (node.get().data() instanceof NodeData.Array) {
            throw new DatasetExistsException("Cannot create group " + path + " on branch '" + session.branch() + "': "
                    + parent.get() + " is an array; choose another group");
        }
    }

    private void describeGroup(WritableSession session) {
        NodePath path = layout.group();
        if (session.findNode(path).isEmpty()) {
            session.createGroup(path, GroupMetadata.of(layout.groupAttributes()));
            return;
        }
        GroupMetadata found = session.groupMetadata(path);
        ObjectNode attributes = found.attributes();
        attributes.setAll(layout.groupAttributes());
        session.updateGroup(path, found.withAttributes(attributes));
    }
}
