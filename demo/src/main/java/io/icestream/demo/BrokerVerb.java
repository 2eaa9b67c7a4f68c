package io.icestream.demo;

import io.icestream.broker.BrokerOptions;
import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.ScreenLog;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.cli.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream broker}. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run a Kafka broker and a schema registry on this machine, for trying things out.",
            "",
            "Both listen on the loopback interface only and keep what they have in a folder. Prints where they are once they are ready,"
                    + " and runs until Ctrl-C. Not for production: one broker, one copy of the data."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  icestream broker", "  icestream broker --dir /tmp/kafka --port 19092 --registry-port 18081"})
public final class BrokerVerb implements Verb {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "icestream-broker",
            description = "Where their data is kept (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Port of the broker (default: ${DEFAULT-VALUE}); 0 is any.")
    private int port;

    @Option(
            names = "--registry-port",
            paramLabel = "N",
            defaultValue = "8081",
            description = "Port of the registry (default: ${DEFAULT-VALUE}); 0 is any.")
    private int registryPort;

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.START;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path root = folder.toAbsolutePath().normalize();
        ScreenLog.alsoTo(Files.createDirectories(root).resolve("icestream.log"));
        CountDownLatch stopped = new CountDownLatch(1);
        try (StopSignal signal = StopSignal.closes(stopped::countDown)) {
            serve(root, stopped);
            signal.reported();
            return ExitCode.OK;
        }
    }

    private void serve(Path root, CountDownLatch stopped) throws InterruptedException {
        try (RegistryServer registry = RegistryServer.start(root.resolve("registry"), registryPort);
                LocalBroker broker = LocalBroker.start(root.resolve("broker"), BrokerOptions.DEFAULT.withPort(port))) {
            print(broker.bootstrapServers(), registry.url().toString());
            stopped.await();
        }
    }

    private void print(String bootstrap, String registry) {
        if (output.json()) {
            output.json(Map.of("bootstrap", bootstrap, "registry", registry));
        } else {
            output.line("broker      " + bootstrap);
            output.line("registry    " + registry);
            output.line("data        " + folder + "; Ctrl-C ends both");
        }
        output.out().flush();
    }
}
