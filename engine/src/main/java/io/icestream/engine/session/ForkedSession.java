package io.icestream.engine.session;

import io.icestream.engine.format.Bytes;

/**
 * The part of a session's work that is done elsewhere. It is read and changed through {@link #session}, which can do
 * everything but flush and commit; {@link #changes} go back to the session that it was forked from. Chunks are stored at once
 * and by themselves: only what refers to them is sent. Belongs to one thread at a time.
 */
public final class ForkedSession {
    private final ForkTicket ticket;
    private final WritableSession session;

    private ForkedSession(ForkTicket ticket, WritableSession session) {
        this.ticket = ticket;
        this.session = session;
    }

    /**
     * Opens a fork. Cost: one request if the snapshot is not cached.
     *
     * @param context what sessions work with
     * @param ticket from {@link WritableSession#fork}
     * @return the fork
     * @throws io.icestream.engine.format.CorruptObjectException if the ticket was damaged on the way
     * @throws io.icestream.engine.storage.ObjectNotFoundException if the ticket is that of another repository, or too old
     */
    public static ForkedSession open(SessionContext context, Bytes ticket) {
        ForkTicket opened = ForkTicket.decode(ticket);
        return new ForkedSession(
                opened,
                WritableSession.forked(
                        context, opened.branch(), context.assets().fetchSnapshot(opened.start())));
    }

    /**
     * @return the session to read and change; it cannot be committed
     */
    public WritableSession session() {
        return session;
    }

    /**
     * Puts the changes made so far into a form that can be sent anywhere and goes to {@link WritableSession#merge}. Its form
     * is versioned and checked.
     *
     * @return the bytes
     */
    public Bytes changes() {
        return new ForkChanges(
                        ticket.fork(),
                        ticket.start(),
                        session.transaction().tree().changes())
                .encode();
    }
}
