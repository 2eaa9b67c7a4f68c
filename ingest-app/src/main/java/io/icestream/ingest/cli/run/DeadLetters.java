package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.TopicReader;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.config.IngestConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code icestream dlq}. */
@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        description = "Look at the records that did not reach the arrays.",
        subcommands = DeadLetters.Listing.class,
        footerHeading = "%nExample:%n",
        footer = "  icestream dlq list -f weather.yaml")
public final class DeadLetters implements Verb {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /** {@code icestream dlq list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "List dead letters: reason, where the record was, its event time, what is wrong, and how its value begins.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream dlq list -f weather.yaml",
                "  icestream dlq list -f weather.yaml --reason LATE -n 0 --json"
            })
    static final class Listing implements java.util.concurrent.Callable<Integer> {

        @Mixin
        private final ConfigInput input = new ConfigInput();

        @Option(
                names = {"-n", "--number"},
                paramLabel = "N",
                defaultValue = "50",
                description = "Most letters to list, the newest of them; 0 for all; default: ${DEFAULT-VALUE}.")
        private int number;

        @Option(names = "--reason", paramLabel = "REASON", description = "Only these, for instance LATE.")
        private @Nullable String reason;

        @Mixin
        private final Output output = new Output();

        @Override
        public Integer call() {
            IngestConfig config = input.load();
            Deque<DeadLetterLine> kept = new ArrayDeque<>();
            Map<String, Long> counts = new TreeMap<>();
            boolean exists = new TopicReader(config.clientProperties(), config.deadLetterTopic()).readAll(letter -> {
                DeadLetterLine line = DeadLetterLine.of(letter);
                counts.merge(line.reason(), 1L, Long::sum);
                if (reason == null || line.reason().equalsIgnoreCase(reason)) {
                    kept.add(line);
                    if (number > 0 && kept.size() > number) {
                        kept.removeFirst();
                    }
                }
            });
            if (!exists) {
                throw new CliException(
                        ExitCode.NOT_FOUND,
                        "There is no dead letter topic '" + config.deadLetterTopic() + "'; the first run creates it");
            }
            print(new ArrayList<>(kept), counts);
            return ExitCode.OK;
        }

        private void print(List<DeadLetterLine> letters, Map<String, Long> counts) {
            if (output.json()) {
                output.json(letters);
                return;
            }
            if (!letters.isEmpty()) {
                output.table(
                        List.of("REASON", "SOURCE", "EVENT TIME", "KEY", "VALUE", "WHAT IS WRONG"),
                        letters.stream()
                                .map(letter -> List.of(
                                        letter.reason(),
                                        letter.source(),
                                        letter.eventTime().orElse("-"),
                                        letter.key(),
                                        letter.preview(),
                                        letter.message()))
                                .toList());
            }
            long total = counts.values().stream().mapToLong(Long::longValue).sum();
            output.note(total + " dead letters" + (counts.isEmpty() ? "" : ": " + counts));
        }
    }
}
