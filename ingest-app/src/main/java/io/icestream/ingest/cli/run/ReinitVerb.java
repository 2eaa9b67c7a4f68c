package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.ScreenLog;
import io.icestream.ingest.cli.Stores;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.lifecycle.Reinit;
import io.icestream.ingest.lifecycle.Wiring;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.topology.IngestListener;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream reinit}. */
@Command(
        name = "reinit",
        mixinStandardHelpOptions = true,
        description = {
            "Let an ingest begin again from its repository.",
            "",
            "For when its local state and changelogs were lost, its branch was reset, or the number of slot partitions is to change. All"
                    + " instances must be stopped. Nothing in the repository changes; source records are read again as far back as"
                    + " unpublished windows need them, and some dead letters may be repeated."
        },
        footerHeading = "%nExample:%n",
        footer = "  icestream reinit -f weather.yaml && icestream run -f weather.yaml")
public final class ReinitVerb implements Verb {

    @Mixin
    private final ConfigInput input = new ConfigInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() throws IOException {
        IngestConfig config = input.load();
        Files.createDirectories(config.stateDirectory());
        ScreenLog.alsoTo(config.stateDirectory().resolve("icestream.log"));
        Init init = Reinit.run(config, wiring());
        if (output.json()) {
            output.json(init);
        } else {
            output.line("'" + config.id() + "' begins again from incarnation " + init.incarnation()
                    + "; start it with: icestream run -f " + input.file());
        }
        return ExitCode.OK;
    }

    private Wiring wiring() {
        IngestListener listener = new IngestListener() {
            @Override
            public void waiting(String what) {
                output.note("waiting for " + what);
            }

            @Override
            public void warned(String message) {
                output.note("warning: " + message);
            }
        };
        return new Wiring(settings -> Stores.open(settings), ProtocolObserver.NONE, InstantSource.system(), listener);
    }
}
