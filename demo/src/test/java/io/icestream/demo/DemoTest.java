package io.icestream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Icestream;
import io.icestream.ingest.cli.Stores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    private static final int SIGINT = 2;

    @TempDir
    Path temporary;

    @Test
    void showsCommitsTagsDeadLettersAndGoesOnInASecondRun() throws Exception {
        Path folder = temporary.resolve("demo");
        String interrupted = interruptedRun(folder);
        assertThat(interrupted).contains("2025-06-01 00:00 - 02:00  1 window").doesNotContain("Exception", "error:");

        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Icestream.execute(
                new PrintWriter(out), new PrintWriter(err), "demo", "--dir", folder.toString(), "--days", "1");
        assertThat(exitCode).as(out + "\n" + err).isEqualTo(ExitCode.OK);
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("2025-06-01 22:00 - 24:00  1 window", "tag daily-2025-06-01 on snapshot")
                .contains("History of main", "Tags, one for each", "UNKNOWN_STATION", "import icechunk, xarray")
                .doesNotContain("2025-06-01 00:00 - 02:00");
        assertNoWindowIsCommittedTwice(folder);
        assertThat(liveChildren(folder)).isZero();
    }

    @Test
    void leavesAFolderAloneThatIsNoDemo() throws IOException {
        Files.writeString(temporary.resolve("thesis.txt"), "precious");
        StringWriter err = new StringWriter();
        int exitCode = Icestream.execute(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "demo",
                "--fresh",
                "--dir",
                temporary.toString());
        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("something else in " + temporary);
        assertThat(temporary.resolve("thesis.txt")).exists();
    }

    /**
     * Runs the demo in a process of its own until it has published something, and presses Ctrl-C; where the processes of this build ignore
     * that, as those in the background of a shell do, it ends it by SIGTERM, which has the same effect.
     */
    private static String interruptedRun(Path folder) throws IOException, InterruptedException {
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Icestream.class.getName(),
                        "demo",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        boolean interruptible = !ignoresInterrupts(demo.pid());
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines = demo.inputReader(UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                output.append(line).append('\n');
                if (line.contains("02:00 - 04:00")) {
                    new ProcessBuilder("kill", interruptible ? "-INT" : "-TERM", Long.toString(demo.pid()))
                            .start()
                            .waitFor();
                }
                line = lines.readLine();
            }
        }
        assertThat(demo.waitFor(20, TimeUnit.SECONDS)).as(output.toString()).isTrue();
        assertThat(demo.exitValue()).as(output.toString()).isEqualTo(interruptible ? 130 : 143);
        assertThat(liveChildren(folder)).isZero();
        return output.toString();
    }

    private static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow()
                .substring("SigIgn:".length())
                .strip();
        return (Long.parseUnsignedLong(mask, 16) & 1L << (SIGINT - 1)) != 0;
    }

    private static long liveChildren(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> java.util.List.of(arguments)
                                .contains(folder.resolve("broker").toString()))
                        .orElse(false))
                .count();
    }

    private static void assertNoWindowIsCommittedTwice(Path folder) {
        try (Storage storage = Stores.open(folder.resolve("repository").toString());
                Repository repository = Repository.open(storage, RepositoryOptions.defaults());
                var history = repository.history(repository.findBranch("main").orElseThrow())) {
            assertThat(history.map(entry -> entry.message())
                            .filter(message -> message.startsWith("Publish"))
                            .toList())
                    .hasSizeBetween(6, 12)
                    .doesNotHaveDuplicates();
            assertThat(repository.tags()).containsOnlyKeys("daily-2025-06-01");
        }
    }
}
