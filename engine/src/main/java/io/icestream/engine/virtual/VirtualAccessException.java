package io.icestream.engine.virtual;

import io.icestream.engine.format.VirtualChunkContainer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nothing was fetched, because the location is not one that may, or can, be fetched from. */
public final class VirtualAccessException extends VirtualChunkException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient Optional<VirtualChunkContainer> container;

    /** Why nothing was fetched. */
    public enum Reason {
        /** No virtual chunk container of the repository covers the location, or has the name that it gives. */
        NO_CONTAINER,
        /** Whoever opened the repository has not authorised the prefix. */
        NOT_AUTHORISED,
        /** The access that was given is not one for the container's kind of store, or not for its settings. */
        WRONG_ACCESS,
        /** The location leads out of its prefix, by {@code ..} or a symbolic link. */
        OUTSIDE,
        /** It is no URL, or one that this kind of store cannot have. */
        INVALID_LOCATION
    }

    /**
     * @param reason why
     * @param location the location, as the reference has it
     * @param container the container that covers it, or null
     * @param message what could not be done, why, and the way out
     */
    public VirtualAccessException(
            Reason reason, String location, @Nullable VirtualChunkContainer container, String message) {
        super(location, message);
        this.reason = reason;
        this.container = Optional.ofNullable(container);
    }

    /**
     * @return why nothing was fetched
     */
    public Reason reason() {
        return reason;
    }

    /**
     * @return the container that covers the location, if there is one
     */
    public Optional<VirtualChunkContainer> container() {
        return container;
    }
}
