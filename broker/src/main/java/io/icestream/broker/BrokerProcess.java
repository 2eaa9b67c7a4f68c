package io.icestream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Main class of the child process: one node that is controller and broker.
 *
 * <p>Protocol with the parent: the first line on standard output is {@code READY <cluster id>} or {@code FAILED <reason>}; the process
 * ends when its standard input ends, so it never outlives its parent, however that one dies. It ignores SIGINT: Ctrl-C in a terminal
 * reaches it too, and the parent has to close its clients before the broker goes.
 */
final class BrokerProcess {

    private static final long LOCK_WAIT_MILLIS = 10_000;
    private static final long SHUTDOWN_MILLIS = 8_000;

    private final BrokerDirectory directory;

    private BrokerProcess(BrokerDirectory directory) {
        this.directory = directory;
    }

    /**
     * Runs the broker until standard input ends.
     *
     * @param arguments the broker's folder
     */
    @SuppressWarnings("SystemExitOutsideMain") // it is main; every end of the process goes through here
    public static void main(String[] arguments) {
        ignoreInterrupts();
        PrintStream parent = new PrintStream(System.out, true, UTF_8);
        System.setOut(System.err);
        int status = 0;
        try {
            new BrokerProcess(new BrokerDirectory(Path.of(arguments[0]))).run(parent);
        } catch (Throwable failure) { // the reason has to reach the parent whatever it is
            failure.printStackTrace();
            parent.println("FAILED " + failure);
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private void run(PrintStream parent) throws Exception {
        try (FileChannel channel =
                        FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            assert lock.isValid();
            serve(parent);
        }
    }

    private void serve(PrintStream parent) throws Exception {
        Properties settings = directory.loadSettings();
        String clusterId = format();
        Map<String, Object> properties = new HashMap<>();
        settings.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("icestream."))
                .forEach(name -> properties.put(name, settings.getProperty(name)));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        parent.println("READY " + clusterId);
        awaitEndOfInput();
        haltAfter(SHUTDOWN_MILLIS);
        server.shutdown();
        server.awaitShutdown();
    }

    /** Formats the data folder unless it is formatted, and gives the cluster's id. */
    private String format() throws Exception {
        String data = directory.data().toString();
        if (!Files.exists(directory.data().resolve("meta.properties"))) {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data)
                    .addDirectory(data)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setPrintStream(System.err)
                    .run();
        }
        return new MetaPropertiesEnsemble.Loader()
                .addLogDirs(List.of(data))
                .load()
                .clusterId()
                .orElseThrow(() -> new IOException("No cluster id in " + data));
    }

    /** Waits for a predecessor that lost its parent and is still shutting down. */
    private FileLock lock(FileChannel channel) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LOCK_WAIT_MILLIS * 1_000_000;
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("another broker is running on " + directory.root());
            }
            Thread.sleep(100);
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // The parent never writes; it only holds the pipe open.
        }
    }

    private static void haltAfter(long millis) {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        Thread.sleep(millis);
                    } catch (InterruptedException unexpected) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(1);
                },
                "shutdown-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** By reflection, because the compiler warns of {@code sun.misc.Signal}, and there is no other way to do it in Java. */
    private static void ignoreInterrupts() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            handle.invoke(null, interrupt, handler.getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
            System.err.println("Ctrl-C will also stop the broker: " + unsupported);
        }
    }
}
