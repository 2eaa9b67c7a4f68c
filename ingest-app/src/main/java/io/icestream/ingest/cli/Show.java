package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.ingest.commit.LedgerJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show one commit: what it changed, its ledger, its metadata.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream show ./repository                           the tip of main",
            "  icestream show ./repository --snapshot 1CECHNKREP0F1RSTCMT0",
            "  icestream show ./repository --tag daily-2026-11-20 --json"
        })
public final class Show extends RepositoryCommand implements Verb {

    @Mixin
    private final VersionInput version = new VersionInput();

    /**
     * What is printed as JSON.
     *
     * @param commit the commit
     * @param changes what it changed
     * @param ledgers ledgers in its snapshot, by ingest id; those that other commits wrote included
     */
    record Content(
            CommitSummary commit, Optional<List<SnapshotChanges.Change>> changes, Map<String, ObjectNode> ledgers) {}

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    int run(Repository open) {
        Session session = version.session(open);
        SnapshotId id = session.snapshotId();
        CommitSummary commit = open.findSnapshot(id)
                .map(entry -> CommitSummary.of(entry, new ReferenceNames(open)))
                .orElseThrow(() -> new CliException(ExitCode.NOT_FOUND, "No snapshot '" + id + "' in this repository"));
        Content content = new Content(commit, changes(open, commit, session), ledgers(session));
        if (output().json()) {
            output().json(content);
        } else {
            print(content);
        }
        return ExitCode.OK;
    }

    /** Empty if the log of the commit is gone. */
    private static Optional<List<SnapshotChanges.Change>> changes(
            Repository open, CommitSummary commit, Session after) {
        try {
            Optional<Session> before = commit.parent().flatMap(parent -> find(open, parent));
            return Optional.of(new SnapshotChanges(open.transactionLog(commit.snapshot()), before, after).list());
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private static Optional<Session> find(Repository open, SnapshotId snapshot) {
        try {
            return Optional.of(open.readonlySession(Version.snapshot(snapshot)));
        } catch (NotFoundException | ObjectNotFoundException e) {
            return Optional.empty();
        }
    }

    private static Map<String, ObjectNode> ledgers(Session session) {
        Map<String, ObjectNode> ledgers = new TreeMap<>();
        for (Node node : session.nodes()) {
            if (node.path().parent().equals(Optional.of(LedgerJson.LEDGERS))) {
                ledgers.put(
                        node.path().name(), session.groupMetadata(node.path()).attributes());
            }
        }
        return ledgers;
    }

    private void print(Content content) {
        CommitSummary commit = content.commit();
        output().line("snapshot  " + commit.snapshot());
        output().line("parent    " + commit.parent().map(SnapshotId::toString).orElse("none"));
        output().line("time      " + commit.time());
        output().line("message   " + commit.message());
        if (!commit.namesText().isEmpty()) {
            output().line("names     " + commit.namesText());
        }
        section("metadata", commit.metadata());
        output().line("changes");
        content.changes()
                .ifPresentOrElse(
                        changes -> changes.forEach(change -> output().line("  " + text(change))),
                        () -> output().line("  not known any more: the log of this commit was removed"));
        content.ledgers().forEach((ingest, ledger) -> {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            ledger.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            section("ledger of " + ingest, fields);
        });
    }

    private static String text(SnapshotChanges.Change change) {
        String chunks =
                change.chunks() == 0 ? "" : ", " + change.chunks() + (change.chunks() == 1 ? " chunk" : " chunks");
        return change.action() + " " + change.kind() + " " + change.path() + chunks;
    }

    private void section(String heading, Map<String, JsonNode> entries) {
        output().line(heading);
        entries.forEach(
                (name, value) -> output().line("  " + name + ": " + (value.isTextual() ? value.textValue() : value)));
    }
}
