package io.icestream.ingest.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code icestream}.
 *
 * <p>A failing verb prints {@code error: } and one message, without a stack trace unless {@code --debug} is given, and ends with one of
 * {@link ExitCode}.
 */
@Command(
        name = "icestream",
        mixinStandardHelpOptions = true,
        versionProvider = Icestream.Version.class,
        description = "Turns streams of observations in Kafka into versioned arrays that xarray opens.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream demo                        see the whole product at work",
            "  icestream run -f weather.yaml         ingest until stopped",
            "  icestream log ./repository            what was committed, newest first",
            "%nExit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration or input,",
            "4 something cannot be reached, 5 the ingest halted, 6 not found, 128+n stopped by signal n."
        })
public final class Icestream implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show stack traces, and log more on the screen.")
    private boolean debug;

    private Icestream() {}

    /**
     * Runs a verb and ends the process with its exit code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        int exitCode = execute(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /**
     * Runs a verb.
     *
     * @param out where results go
     * @param err where progress, notes and errors go
     * @param arguments the command line
     * @return one of {@link ExitCode}
     */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /** {@return the command with all verbs on the class path} */
    static CommandLine commandLine() {
        Icestream root = new Icestream();
        CommandLine command = new CommandLine(root);
        verbs().forEach(command::addSubcommand);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setUsageHelpWidth(100);
        command.setUsageHelpLongOptionsMaxWidth(30);
        command.getHelpSectionMap()
                .put(picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, VerbList::render);
        command.getHelpSectionMap()
                .put(picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        command.setParameterExceptionHandler(Icestream::explainUsage);
        command.setExecutionExceptionHandler((failure, verb, parsed) -> root.explain(failure, verb));
        command.setExecutionStrategy(parsed -> {
            ScreenLog.configure(root.debug);
            return new CommandLine.RunLast().execute(parsed);
        });
        return command;
    }

    private static List<Verb> verbs() {
        return ServiceLoader.load(Verb.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Verb::section))
                .toList();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int explain(Exception failure, CommandLine verb) {
        ErrorReport report = ErrorReport.of(failure);
        PrintWriter err = verb.getErr();
        err.println("error: " + report.message());
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return report.exitCode();
    }

    private static int explainUsage(ParameterException mistake, String[] arguments) {
        CommandLine verb = mistake.getCommandLine();
        PrintWriter err = verb.getErr();
        err.println("error: " + mistake.getMessage());
        UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("See '" + verb.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** The version that the jar's manifest names. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Icestream.class.getPackage().getImplementationVersion();
            return new String[] {"icestream " + (version == null ? "(not packaged)" : version)};
        }
    }
}
