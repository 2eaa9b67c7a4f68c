package io.icestream.ingest.endtoend;

import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.ProtocolPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Strikes a process at a named protocol point. A test arms the switch by a file in a folder that it shares with the
 * processes; the first process that passes the point so and so often deletes the file, so exactly one is struck,
 * notes it down and does to itself what the file says.
 */
final class KillSwitch implements ProtocolObserver {

    /** What happens to the process. */
    enum Blow {
        /** It ends as by SIGKILL. */
        HALT,
        /** It is stopped, as by SIGSTOP, until somebody continues it. */
        STOP,
        /** The thread pauses for a time that is long for the protocol. */
        PAUSE
    }

    static final int EXIT_CODE = 137;
    static final Duration PAUSE = Duration.ofSeconds(4);

    private static final String STRUCK = "struck";

    private final Path folder;

    KillSwitch(Path folder) {
        this.folder = folder;
    }

    /** Arms it: the blow falls at the given passing of the point, from now on. */
    void arm(ProtocolPoint point, int passing, Blow blow) {
        write(point, passing, blow);
    }

    /** What was struck so far: lines of point, blow and process id. */
    List<String> struck() {
        try {
            Path file = folder.resolve(STRUCK);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void reached(ProtocolPoint point) {
        Path armed = folder.resolve(point.text());
        if (Files.exists(armed)) {
            take(point).ifPresent(order -> follow(point, order));
        }
    }

    private void follow(ProtocolPoint point, String order) {
        String[] words = order.split(" ", -1);
        int passing = Integer.parseInt(words[0]);
        Blow blow = Blow.valueOf(words[1]);
        if (passing > 1) {
            write(point, passing - 1, blow);
            return;
        }
        long pid = ProcessHandle.current().pid();
        append(point.text() + " " + blow.name().toLowerCase(Locale.ROOT) + " " + pid + "\n");
        switch (blow) {
            case HALT -> Runtime.getRuntime().halt(EXIT_CODE);
            case STOP -> stop(pid);
            case PAUSE -> LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static void stop(long pid) {
        try {
            Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Cannot stop process " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(ProtocolPoint point, int passing, Blow blow) {
        try {
            Path complete = Files.writeString(Files.createTempFile(folder, "arm", ".tmp"), passing + " " + blow);
            Files.move(complete, folder.resolve(point.text()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and deletes the file; empty if another process was faster. */
    private Optional<String> take(ProtocolPoint point) {
        Path armed = folder.resolve(point.text());
        try {
            Path mine =
                    folder.resolve(point.text() + "." + ProcessHandle.current().pid() + "."
                            + Thread.currentThread().getId());
            Files.move(armed, mine, StandardCopyOption.ATOMIC_MOVE);
            String order = Files.readString(mine);
            Files.delete(mine);
            return Optional.of(order);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String line) {
        try {
            Files.writeString(folder.resolve(STRUCK), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
