package io.icestream.engine.ref;

import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the log of a repository says about a publication that the repository object shows no more: its branch was deleted or
 * reset, its snapshot collected. A publication writes one entry that names its snapshot, and no entry is ever taken out of the
 * log, so a log that reaches back to before the snapshot was flushed knows for certain. Where copies of the repository object
 * that held a part of the log were collected, it may not reach back so far.
 */
final class PublicationTrace {
    /** Entry and snapshot carry times of one clock, which may be set back meanwhile, by no more than this. */
    private static final Duration SLACK = MonotonicTime.GROSS_SKEW.multipliedBy(2);

    private final Publication publication;
    private final Predicate<UpdateKind> isOurs;

    private PublicationTrace(Publication publication, Predicate<UpdateKind> isOurs) {
        this.publication = publication;
        this.isOurs = isOurs;
    }

    static PublicationTrace onBranch(String branch, Publication publication) {
        UpdateKind ours = publication
                .amended()
                .<UpdateKind>map(amended -> new UpdateKind.CommitAmended(
                        branch, amended, publication.entry().id()))
                .orElseGet(() ->
                        new UpdateKind.NewCommit(branch, publication.entry().id()));
        return new PublicationTrace(publication, ours::equals);
    }

    static PublicationTrace detached(Publication publication) {
        UpdateKind ours = new UpdateKind.NewDetachedSnapshot(publication.entry().id());
        return new PublicationTrace(publication, ours::equals);
    }

    /** What became of a first publication, as far as this one can tell: an entry proves it, no entry leaves the answer given. */
    PublishOutcome judge(Stream<Update> newestFirst, PublishOutcome otherwise) {
        return find(newestFirst).orElse(false) ? published() : otherwise;
    }

    /** What became of a publication that got no answer. */
    PublishOutcome judge(Stream<Update> newestFirst, PublishOutcome ifNever, StorageException cause) {
        return find(newestFirst)
                .map(made -> made ? published() : ifNever)
                .orElseGet(() -> new PublishOutcome.Unknown(publication.entry().id(), cause));
    }

    private PublishOutcome published() {
        return new PublishOutcome.Published(publication.entry().id());
    }

    /** Whether the log has the entry; empty if the log does not reach back far enough to tell. */
    private Optional<Boolean> find(Stream<Update> newestFirst) {
        Instant earliest = publication.entry().flushedAt().minus(SLACK);
        try (newestFirst) {
            Iterator<Update> updates = newestFirst.iterator();
            while (updates.hasNext()) {
                Update update = updates.next();
                if (isOurs.test(update.kind())) {
                    return Optional.of(true);
                }
                if (update.updatedAt().isBefore(earliest) || isFirst(update.kind())) {
                    return Optional.of(false);
                }
            }
        }
        return Optional.empty();
    }

    /** Before there was a repository object, nothing could be published in it. */
    private static boolean isFirst(UpdateKind kind) {
        return kind instanceof UpdateKind.RepositoryInitialized || kind instanceof UpdateKind.RepositoryMigrated;
    }
}
