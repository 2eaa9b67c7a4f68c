package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream validate-config}. */
@Command(
        name = "validate-config",
        mixinStandardHelpOptions = true,
        description = {
            "Check a configuration against brokers, registry and repository.",
            "",
            "Changes nothing and prints no secrets. Ends with 0 if everything is as it should be."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  icestream validate-config -f weather.yaml", "  icestream validate-config -f weather.yaml --json"})
public final class ValidateConfig implements Verb {

    @Mixin
    private final ConfigInput input = new ConfigInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() {
        List<Check> checks = new Checks(input.load()).all();
        if (output.json()) {
            output.json(checks);
        } else {
            checks.forEach(check ->
                    output.line("%-5s %-16s %s".formatted(check.ok() ? "ok" : "FAIL", check.what(), check.message())));
        }
        return checks.stream()
                .filter(check -> !check.ok())
                .map(Check::exitCode)
                .findFirst()
                .orElse(ExitCode.OK);
    }
}
