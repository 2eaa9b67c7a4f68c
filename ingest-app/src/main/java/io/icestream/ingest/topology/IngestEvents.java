package io.icestream.ingest.topology;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Ledger.EndedDay;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.tagging.TagResult;
import java.util.Locale;
import java.util.Optional;

/**
 * Records of the {@code events} topic, as JSON. {@code ledger} and {@code sequence} identify what happened: after a restart a record may be
 * repeated or missing, and the ledger in the repository has the truth.
 */
final class IngestEvents {

    private IngestEvents() {}

    static byte[] published(String ingest, Ledger ledger) {
        ObjectNode event = event("published", ingest, Optional.of(ledger));
        event.put("snapshot", ledger.id().toString());
        event.put("closed", ledger.closed());
        event.put("final", ledger.finalBefore());
        event.set("position", ProtocolJson.toTree(ledger.position()));
        event.put("accepted", Ledger.total(ledger.accepted()));
        event.put("dead", Ledger.total(ledger.dead()));
        event.put("cells", Ledger.total(ledger.cells()));
        event.put("bad", ledger.bad().sum());
        return ProtocolJson.encode(event);
    }

    static byte[] tagged(String ingest, EndedDay day, TagResult result, Optional<Ledger> ledger) {
        ObjectNode event = event("tagged", ingest, ledger);
        event.put("day", day.day().toString());
        event.put("snapshot", day.snapshot().toString());
        event.put("tag", result.tag());
        event.put("outcome", result.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        return ProtocolJson.encode(event);
    }

    static byte[] halted(String ingest, String reason, Optional<Ledger> ledger) {
        ObjectNode event = event("halted", ingest, ledger);
        event.put("reason", reason);
        return ProtocolJson.encode(event);
    }

    private static ObjectNode event(String type, String ingest, Optional<Ledger> ledger) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", type);
        event.put("ingest", ingest);
        ledger.ifPresent(at -> event.put("ledger", at.id().toString()).put("sequence", at.sequence()));
        return event;
    }
}
