package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.ErrorReport;
import io.icestream.ingest.cli.ExitCode;
import java.util.concurrent.Callable;

/**
 * One thing that was checked.
 *
 * @param what what was checked
 * @param ok whether it is as it should be
 * @param message what was found
 * @param exitCode how the verb ends because of it
 */
record Check(String what, boolean ok, String message, int exitCode) {

    static Check passed(String what, String message) {
        return new Check(what, true, message, ExitCode.OK);
    }

    static Check failed(String what, String message, int exitCode) {
        return new Check(what, false, message, exitCode);
    }

    /** Runs a check; whatever it throws is what is wrong. */
    static Check of(String what, Callable<Check> check) {
        try {
            return check.call();
        } catch (Exception failure) { // the verb goes on with the next check
            ErrorReport report = ErrorReport.of(failure);
            return failed(what, report.message(), report.exitCode());
        }
    }
}
