package io.icestream.ingest.cli.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes something when the process is told to end by Ctrl-C or SIGTERM, and lets the last lines be printed before it does end.
 */
public final class StopSignal implements AutoCloseable {

    private static final long PRINT_SECONDS = 5;

    private final CountDownLatch reported = new CountDownLatch(1);
    private final Thread hook;

    private StopSignal(AutoCloseable closing) {
        this.hook = new Thread(() -> stop(closing), "stop-signal");
    }

    /**
     * Watches for the end of the process.
     *
     * @param closing what is to be closed then; may be called while another thread works with it
     * @return the watch, to be closed when the work has ended by itself
     */
    public static StopSignal closes(AutoCloseable closing) {
        StopSignal signal = new StopSignal(closing);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Says that all is printed. */
    public void reported() {
        reported.countDown();
    }

    private void stop(AutoCloseable closing) {
        try {
            closing.close();
            boolean unused = reported.await(PRINT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) { // the process ends all the same; the user is told
            System.err.println("error: cannot close cleanly: " + failed.getMessage());
        }
    }

    @Override
    public void close() {
        reported.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook is what got us here.
        }
    }
}
