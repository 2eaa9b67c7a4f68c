package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class IcestreamTest {

    @Test
    void showsItsHelpWithoutArguments() {
        CommandRun bare = CommandRun.of();
        assertThat(bare.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(bare.out()).isEqualTo(CommandRun.of("--help").out());
        assertThat(bare.out()).startsWith("Usage: icestream").contains("Examples:", "Exit codes:");
    }

    @Test
    void explainsEveryVerbWithAnExample() {
        for (CommandLine verb : Icestream.commandLine().getSubcommands().values()) {
            String name = verb.getCommandName();
            CommandRun help = CommandRun.of(name, "--help");
            assertThat(help.exitCode()).as(name).isEqualTo(ExitCode.OK);
            assertThat(help.out())
                    .as(name)
                    .startsWith("Usage: icestream " + name)
                    .contains("Example", "icestream " + name);
        }
    }

    @Test
    void suggestsTheNearestVerbAndOption() {
        CommandRun verb = CommandRun.of("complet");
        assertThat(verb.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(verb.err()).contains("error: Unmatched argument", "Did you mean: icestream completion", "--help");
        CommandRun option = CommandRun.of("completion", "--jsno");
        assertThat(option.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(option.err()).contains("--jsno", "--json", "See 'icestream completion --help'");
        assertThat(option.out()).isEmpty();
    }

    @Test
    void printsACompletionScriptThatKnowsTheVerbs() {
        CommandRun run = CommandRun.of("completion");
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("complete -F _complete_icestream", "completion");
    }

    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        assertThat(new Table(List.of("name", "rows"), List.of(List.of("a", "1,000"), List.of("bcdef", "7"))).lines())
                .containsExactly("name    rows", "a      1,000", "bcdef      7");
    }
}
