package io.icestream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real Kafka broker on a port of the loopback interface, in a child process.
 *
 * <p>Its data lies in a folder: a broker started there again has the same cluster id, topics and offsets, and the same port if that is
 * still free. The process ends with {@link #close()} and with this JVM, even if this one is killed. Starting takes two to four seconds.
 * Safe to use from several threads.
 */
public final class LocalBroker implements AutoCloseable {

    private static final long CLOSE_SECONDS = 10;
    private static final int LOG_LINES = 60;

    private final Process process;
    private final int port;
    private final String clusterId;
    private final BrokerDirectory directory;

    private LocalBroker(BrokerDirectory directory, Process process, int port, String clusterId) {
        this.directory = directory;
        this.process = process;
        this.port = port;
        this.clusterId = clusterId;
    }

    /**
     * Starts a broker with default options and waits until it is ready.
     *
     * @param folder where its data lies; made if absent
     * @return the running broker
     * @throws BrokerException if it does not become ready; the message names its log
     */
    public static LocalBroker start(Path folder) {
        return start(folder, BrokerOptions.DEFAULT);
    }

    /**
     * Starts a broker and waits until it is ready.
     *
     * @param folder where its data lies; made if absent
     * @param options heap, port, broker properties, time to start
     * @return the running broker
     * @throws BrokerException if its port is taken or it does not become ready; the message names its log
     */
    public static LocalBroker start(Path folder, BrokerOptions options) {
        BrokerDirectory directory = new BrokerDirectory(folder);
        try {
            int port = directory.prepare(options.port(), options.properties());
            Process process = launch(directory, options);
            try {
                return new LocalBroker(directory, process, port, awaitReady(process, directory, options));
            } catch (BrokerException | InterruptedException failed) {
                process.destroyForcibly();
                throw failed;
            }
        } catch (IOException failed) {
            throw new BrokerException(
                    "Cannot start a broker in " + directory.root() + ": " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerException("Interrupted while the broker in " + directory.root() + " was starting");
        }
    }

    private static Process launch(BrokerDirectory directory, BrokerOptions options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + options.heapMegabytes() + "m");
        command.add("-XX:+UseSerialGC");
        command.addAll(options.jvmFlags());
        if (Runtime.version().feature() >= 21) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-Djava.awt.headless=true");
        command.add("-Dlogback.configurationFile=io/icestream/broker/logback-broker.xml");
        command.add("-Dicestream.broker.log=" + directory.log());
        command.add(BrokerProcess.class.getName());
        command.add(directory.root().toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.root().toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.root().resolve("broker.err").toFile()));
        builder.environment().put("CLASSPATH", absoluteClassPath());
        return builder.start();
    }

    /** The child runs in another folder, so relative entries have to be resolved here. */
    private static String absoluteClassPath() {
        String separator = System.getProperty("path.separator");
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(separator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(separator, entries);
    }

    private static String awaitReady(Process process, BrokerDirectory directory, BrokerOptions options)
            throws InterruptedException {
        String why;
        try {
            String line = firstLine(process).get(options.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (line.startsWith("READY ")) {
                return line.substring("READY ".length());
            }
            why = line.isEmpty() ? "it ended" : line.replaceFirst("^FAILED ", "");
        } catch (TimeoutException slow) {
            why = "not ready after " + options.startTimeout().toSeconds() + " s";
        } catch (ExecutionException failed) {
            why = String.valueOf(failed.getCause());
        }
        throw new BrokerException(
                "Cannot start a broker in " + directory.root() + ": " + why + "; see " + directory.log());
    }

    private static CompletableFuture<String> firstLine(Process process) {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        BufferedReader output = process.inputReader(UTF_8);
                        String read = output.readLine();
                        line.complete(read == null ? "" : read);
                    } catch (IOException failed) {
                        line.completeExceptionally(failed);
                    }
                },
                "broker-ready");
        reader.setDaemon(true);
        reader.start();
        return line;
    }

    /** {@return the address for clients, {@code 127.0.0.1:<port>}} */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** {@return id of the cluster, the same for the same folder} */
    public String clusterId() {
        return clusterId;
    }

    /** {@return id of the child process} */
    public long processId() {
        return process.pid();
    }

    /** {@return for whoever has to find out why it does not answer: whether it runs, and the end of its log} */
    public String describe() {
        String state = isAlive() ? "runs" : "ended with exit code " + process.exitValue();
        return "The broker at " + bootstrapServers() + " (process " + processId() + ") " + state
                + "; the end of its log:\n" + endOfLog();
    }

    private String endOfLog() {
        try (Stream<String> lines = Files.lines(directory.log())) {
            ArrayDeque<String> last = new ArrayDeque<>();
            lines.forEach(line -> {
                last.add(line);
                if (last.size() > LOG_LINES) {
                    last.remove();
                }
            });
            return String.join("\n", last);
        } catch (IOException | UncheckedIOException unreadable) {
            return "(cannot be read: " + unreadable.getMessage() + ")";
        }
    }

    /** {@return whether the child process runs} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the broker at once, without a clean shutdown, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Shuts the broker down, by force if it takes longer than ten seconds. A second call does nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // A broken pipe says that the process has ended, which is what is wanted.
        }
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
