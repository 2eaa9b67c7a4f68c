package io.icestream.ingest.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What one call of the command did.
 *
 * @param exitCode how it ended
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
public record CommandRun(int exitCode, String out, String err) {

    /**
     * Runs the command in this process.
     *
     * @param arguments the command line
     * @return what it did
     */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Icestream.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
