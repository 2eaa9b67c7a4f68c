package io.icestream.ingest.cli;

/**
 * What the screen is. The launcher finds out and says so by system properties, because Java cannot tell a terminal from a pipe in the
 * same way on all versions.
 */
public final class Terminal {

    private Terminal() {}

    /** {@return whether standard output is a terminal} */
    public static boolean isInteractive() {
        return Boolean.getBoolean("icestream.terminal");
    }

    /** {@return whether standard error is a terminal} */
    public static boolean isErrorInteractive() {
        return Boolean.getBoolean("icestream.terminal.err");
    }

    /** {@return characters in a line of the terminal, 80 where that is not known} */
    public static int columns() {
        return Math.max(20, Integer.getInteger("icestream.terminal.columns", 80));
    }

    /** {@return whether characters beyond ASCII can be shown} */
    public static boolean isUnicode() {
        return Boolean.getBoolean("icestream.terminal.unicode");
    }
}
