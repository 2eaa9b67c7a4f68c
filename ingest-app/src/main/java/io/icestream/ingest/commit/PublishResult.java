package io.icestream.ingest.commit;

import io.icestream.ingest.protocol.Ledger;

/** What became of a round that was to be published. */
public sealed interface PublishResult {

    /**
     * This call published the round.
     *
     * @param ledger the ledger that is now at the tip
     */
    record Published(Ledger ledger) implements PublishResult {}

    /**
     * The round was published before: by an earlier call whose reply was lost, or by an earlier owner of the plan. Nothing was changed.
     *
     * @param ledger the ledger at the tip, of this very round
     */
    record AlreadyPublished(Ledger ledger) implements PublishResult {}

    /**
     * The branch holds another ledger than the one the round continues from; nothing was changed. Open a round on the present ledger.
     *
     * @param tip the ledger at the tip; its sequence number tells whether somebody else published or the branch was reset
     */
    record Superseded(Ledger tip) implements PublishResult {}

    /**
     * A chunk of the round was stored so long ago that the collector may have deleted it (rules P8 and P18); nothing was changed. Have the round built again.
     *
     * @param reason which age was compared, for the operator
     */
    record TooOld(String reason) implements PublishResult {}

    /**
     * The storage did not work, or it is not known whether the write took effect. Call again with the same plan: the ledger in the branch decides, so that at most one
     * snapshot comes of it.
     *
     * @param reason what did not work, for the operator
     */
    record Unavailable(String reason) implements PublishResult {}

    /**
     * Calling again cannot help: the branch is gone, the repository is read-only, or somebody else changed the arrays. Nothing was changed.
     *
     * @param reason what, where and what to do, for the operator
     */
    record Failed(String reason) implements PublishResult {}
}
