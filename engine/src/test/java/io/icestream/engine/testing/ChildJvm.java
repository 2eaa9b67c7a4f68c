package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A child process that runs a main class with the class path of the test. Its output goes to a file, so that it never
 * blocks on a full pipe and can be read after a
 * kill. {@link #close()} kills it, so use it in try-with-resources. For one thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(5);

    private final Process process;
    private final Path outputFile;
    private final String name;

    private ChildJvm(Process process, Path outputFile, String name) {
        this.process = process;
        this.outputFile = outputFile;
        this.name = name;
    }

    /**
     * Starts a main class.
     *
     * @param main class with a main method
     * @param arguments its arguments
     * @return the running process
     */
    public static ChildJvm start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /**
     * Starts a main class with options for the JVM.
     *
     * @param jvmOptions such as {@code -Xmx256m} or {@code -Dname=value}
     * @param main class with a main method
     * @param arguments its arguments
     * @return the running process
     */
    public static ChildJvm start(List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("child-jvm-", ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new ChildJvm(process, output, main.getSimpleName());
        } catch (IOException e) {
            throw new IllegalStateException("Cannot start a child JVM for " + main.getName(), e);
        }
    }

    /**
     * @return id of the process
     */
    public long pid() {
        return process.pid();
    }

    /**
     * @return whether the process runs
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits for the process to end by itself.
     *
     * @param patience how long at most
     * @return the exit code
     * @throws AssertionError with the output so far if it still runs then
     */
    public int awaitExit(Duration patience) {
        await("end", patience, () -> !process.isAlive());
        return process.exitValue();
    }

    /**
     * Waits for the process to print something.
     *
     * @param text what its output shall contain
     * @param patience how long at most
     * @throws AssertionError with the output so far if the text has not appeared by then, or the process has ended
     *     without it
     */
    public void awaitOutput(String text, Duration patience) {
        await("print '" + text + "'", patience, () -> !process.isAlive() || output().contains(text));
        if (!output().contains(text)) {
            throw new AssertionError(
                    name + " ended with " + process.exitValue() + " and did not print '" + text + "':\n" + output());
        }
    }

    /**
     * @return what the process has written to its standard output and standard error so far
     */
    public String output() {
        try {
            // Decoded leniently, since the last character may be half written.
            return new String(Files.readAllBytes(outputFile), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read the output of " + name, e);
        }
    }

    /** Ends the process by SIGKILL: without shutdown hooks, without flushing anything. Returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        await("die", Duration.ofSeconds(30), () -> !process.isAlive());
    }

    /** Asks the process to end, by SIGTERM, so that its shutdown hooks run; does not wait. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Halts the process by SIGSTOP, or lets it go on by SIGCONT; for tests with zombies.
     *
     * @param signal what to send
     */
    public void send(Signal signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("Cannot send " + signal + " to process " + pid());
            }
        } catch (IOException e) {
            throw new IllegalStateException("Cannot send " + signal + " to process " + pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending " + signal, e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(outputFile);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot remove the output of " + name, e);
        }
    }

    private void await(String what, Duration patience, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError(name + " did not " + what + " within " + patience + ":\n" + output());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Signals that stop and continue a process. */
    public enum Signal {
        /** Halts it. */
        STOP,
        /** Lets it go on. */
        CONT
    }
}
