package io.icestream.broker;

import java.nio.file.Path;

/** A parent that starts a broker, says so, and waits to be killed. */
final class OrphanMaker {

    private OrphanMaker() {}

    /**
     * Starts the broker.
     *
     * @param arguments the broker's folder
     */
    public static void main(String[] arguments) throws InterruptedException {
        LocalBroker broker = LocalBroker.start(Path.of(arguments[0]));
        System.out.println(broker.processId());
        Thread.sleep(Long.MAX_VALUE);
    }
}
