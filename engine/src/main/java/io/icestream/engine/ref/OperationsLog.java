package io.icestream.engine.ref;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Update;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that ever changed a repository, newest first. What no longer fits into the repository object is read from
 * the copies of its former versions.
 */
public final class OperationsLog {
    private final RepositoryObject object;

    /**
     * @param object the repository object
     */
    public OperationsLog(RepositoryObject object) {
        this.object = object;
    }

    /**
     * Reads the log. Cost: one request now, and one per copy as the stream is read. A copy that was deleted ends the
     * log quietly.
     *
     * @return the updates, newest first
     */
    public Stream<Update> updates() {
        Set<String> visited = new HashSet<>();
        return Stream.iterate(
                        Optional.of(Page.of(object.fetch().info(), Optional.empty())),
                        Optional::isPresent,
                        page -> page.flatMap(Page::before).filter(visited::add).flatMap(this::page))
                .flatMap(page -> page.orElseThrow().updates().stream());
    }

    private Optional<Page> page(String backup) {
        return object.findBackup(backup).map(info -> Page.of(info, Optional.of(backup)));
    }

    private record Page(List<Update> updates, Optional<String> before) {
        /** In a copy, the newest entry does not know where it lies: in that very copy. */
        static Page of(RepositoryInfo info, Optional<String> name) {
            List<Update> updates = new ArrayList<>();
            for (Update update : info.latestUpdates()) {
                updates.add(
                        update.backupPath().isPresent() ? update : new Update(update.kind(), update.updatedAt(), name));
            }
            return new Page(updates, info.repoBeforeUpdates());
        }
    }
}
