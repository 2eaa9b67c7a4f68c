package io.icestream.engine.session;

/** Whether virtual chunks are set whose locations no virtual chunk container covers. */
public enum ContainerCheck {
    /** They are not: nobody could read them. */
    REQUIRED,
    /** They are, for containers that are configured later. */
    NONE
}
