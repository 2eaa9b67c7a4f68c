package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.maintenance.Inspection;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code icestream inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Show a file of a repository as JSON, header included.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream inspect ./repository                       the repository object",
            "  icestream inspect ./repository snapshots/1CECHNKREP0F1RSTCMT0",
            "  icestream inspect ./repository transactions/1CECHNKREP0F1RSTCMT0 --json"
        })
public final class Inspect extends CareVerb {

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "repo",
            description = "repo, or a file below snapshots/, manifests/, transactions/ or overwritten/;"
                    + " in version 1 of the format also config.yaml, or a file below refs/;"
                    + " default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String file;

    @Override
    int run(Repository open) {
        print(inspect(new Inspection(open.storage())), json -> output().line(json.toPrettyString()));
        return ExitCode.OK;
    }

    private ObjectNode inspect(Inspection inspection) {
        try {
            return inspection.inspect(file);
        } catch (NotFoundException e) {
            throw new CliException(ExitCode.NOT_FOUND, "No file '" + file + "' in this repository", e);
        }
    }
}
