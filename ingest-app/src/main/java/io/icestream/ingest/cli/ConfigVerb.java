package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.repository.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream config}. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = {
            "Show and change what is stored in a repository for everybody who opens it.",
            "",
            "Settings of its configuration have the names of the reference client, with dots between. feature.NAME is whether something is"
                    + " allowed, metadata.NAME a JSON value of yours."
        },
        subcommands = {ConfigVerb.Show.class, ConfigVerb.Get.class, ConfigVerb.Setting.class, ConfigVerb.Unset.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream config show ./repository --all",
            "  icestream config set ./repository inline_chunk_threshold_bytes 1024",
            "  icestream config set ./repository feature.delete_tag off",
            "  icestream config set ./repository metadata.owner '\"weather team\"'"
        })
public final class ConfigVerb extends VerbGroup {

    @Override
    public Section section() {
        return Section.CHANGE;
    }

    /** {@code icestream config show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show everything that is set.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream config show ./repository",
                "  icestream config show ./repository --all     with what can be set, and the defaults",
                "  icestream config show ./repository --json"
            })
    static final class Show extends RepositoryCommand {

        @Option(names = "--all", description = "Show also what is not set.")
        private boolean all;

        @Override
        int run(Repository open) {
            print(StoredSettings.of(open), this::describe);
            return ExitCode.OK;
        }

        private void describe(StoredSettings stored) {
            if (all) {
                output().table(List.of("KEY", "VALUE", "DEFAULT", "WHAT"), StoredSettings.known(stored));
            } else {
                output().table(
                                List.of("KEY", "VALUE"),
                                stored.flat().entrySet().stream()
                                        .map(entry -> List.of(entry.getKey(), StoredSettings.text(entry.getValue())))
                                        .toList());
            }
        }
    }

    /** {@code icestream config get}. */
    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Print one value, or its default if it is not set.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream config get ./repository inline_chunk_threshold_bytes",
                "  icestream config get ./repository metadata.owner --json"
            })
    static final class Get extends RepositoryCommand {

        @Parameters(index = "1", paramLabel = "KEY", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String key;

        @Override
        int run(Repository open) {
            Optional<JsonNode> value =
                    Optional.ofNullable(StoredSettings.of(open).flat().get(key));
            if (output().json()) {
                output().json(
                                value.isPresent()
                                        ? Map.of("key", key, "value", value.get())
                                        : Map.of("key", key, "default", usual()));
            } else {
                output().line(value.map(StoredSettings::text).orElseGet(this::usual));
            }
            return ExitCode.OK;
        }

        private String usual() {
            return SettingKey.parse(key).usual().orElseThrow(() -> SettingKey.notSet(key));
        }
    }

    /** {@code icestream config set}. */
    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Set one value.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  icestream config set ./repository compression.level 6",
                "  icestream config set ./repository feature.move_node off",
                "  icestream config set ./repository metadata.owner '\"weather team\"' --json"
            })
    static final class Setting extends RepositoryCommand {

        @Parameters(index = "1", paramLabel = "KEY", description = "Its name; 'config show --all' lists them.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String key;

        @Parameters(
                index = "2",
                paramLabel = "VALUE",
                description = "The value; on or off for a feature, JSON for metadata.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String value;

        @Override
        int run(Repository open) {
            JsonNode parsed = SettingKey.parse(key).value(value);
            SettingKey.parse(key).set(open, parsed);
            ConfigVerb.print(output(), key, Optional.of(parsed));
            return ExitCode.OK;
        }
    }

    /** {@code icestream config unset}. */
    @Command(
            name = "unset",
            mixinStandardHelpOptions = true,
            description = "Return one value to its default.",
            footerHeading = "%nExample:%n",
            footer = "  icestream config unset ./repository compression.level")
    static final class Unset extends RepositoryCommand {

        @Parameters(
                index = "1",
                paramLabel = "KEY",
                description = "Its name; also one that is stored and not known here.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String key;

        @Override
        int run(Repository open) {
            if (!StoredSettings.of(open).flat().containsKey(key)) {
                throw SettingKey.notSet(key);
            }
            SettingKey.stored(key).unset(open);
            ConfigVerb.print(output(), key, Optional.empty());
            return ExitCode.OK;
        }
    }

    private static void print(Output output, String key, Optional<JsonNode> value) {
        if (output.json()) {
            output.json(value.map(set -> Map.<String, Object>of("key", key, "value", set))
                    .orElseGet(() -> Map.of("key", key)));
        } else {
            output.line(value.map(set -> key + " is " + StoredSettings.text(set))
                    .orElseGet(() -> key + " is not set any more"));
        }
    }
}
