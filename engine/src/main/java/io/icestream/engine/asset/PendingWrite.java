package io.icestream.engine.asset;

import org.jspecify.annotations.Nullable;

/** One object that is to be stored, and is stored once however often that is asked for. For one thread at a time. */
public final class PendingWrite {
    private volatile @Nullable Runnable write;

    /**
     * @param write stores the object, and throws if it could not; then it may be called again
     */
    public PendingWrite(Runnable write) {
        this.write = write;
    }

    boolean isOpen() {
        return write != null;
    }

    /** Stores the object, unless that is done. What was kept for it, its encoded bytes above all, is let go. */
    public void store() {
        Runnable open = write;
        if (open != null) {
            open.run();
            write = null;
        }
    }
}
