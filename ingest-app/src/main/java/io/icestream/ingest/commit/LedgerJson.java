package io.icestream.ingest.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.NodePath;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolException;
import io.icestream.ingest.protocol.ProtocolJson;

/**
 * The ledger as attributes of the group {@code /_icestream/<ingest id>}: one attribute per component of {@link Ledger}, under its JSON name, vectors as objects keyed by
 * {@code topic-number}, snapshot ids and days as text, absent values as null.
 *
 * <p>{@code version} is looked at first, so that a ledger of a later program is refused by its version and not by the first field that is new.
 */
public final class LedgerJson {

    /** Group that holds the ledgers of all ingests of a repository. */
    public static final NodePath LEDGERS = NodePath.of("/_icestream");

    private LedgerJson() {}

    /**
     * Names the group that holds a ledger.
     *
     * @param ingest id of the ingest
     * @return path of the group
     */
    public static NodePath path(String ingest) {
        return LEDGERS.resolve(ingest);
    }

    /**
     * Encodes a ledger.
     *
     * @param ledger the ledger
     * @return the attributes of its group
     */
    public static ObjectNode toAttributes(Ledger ledger) {
        return (ObjectNode) ProtocolJson.toTree(ledger);
    }

    /**
     * Decodes a ledger.
     *
     * @param group where the attributes were found, for messages
     * @param attributes attributes of that group
     * @return the ledger
     * @throws LedgerFormatException if they are not a ledger, or one of a later layout
     */
    public static Ledger fromAttributes(NodePath group, ObjectNode attributes) {
        JsonNode version = attributes.path("version");
        if (!version.isInt()) {
            throw new LedgerFormatException(
                    "Cannot read the ledger " + group + ": attribute 'version' is " + describe(version)
                            + ", expected a number; the group was not written by an ingest",
                    null);
        }
        if (version.intValue() != Ledger.LAYOUT) {
            throw new LedgerFormatException(
                    "Cannot read the ledger " + group + ": it has layout version " + version.intValue()
                            + ", this program reads version " + Ledger.LAYOUT
                            + "; use the program that wrote it, or a later one",
                    null);
        }
        try {
            return ProtocolJson.fromTree(attributes, Ledger.class);
        } catch (ProtocolException e) {
            throw new LedgerFormatException("Cannot read the ledger " + group + ": " + e.getMessage(), e);
        }
    }

    private static String describe(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }
}
