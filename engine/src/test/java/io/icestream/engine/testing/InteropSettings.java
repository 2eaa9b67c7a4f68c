package io.icestream.engine.testing;

import io.icestream.engine.format.ConfigSetting;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a repository for each setting of the configuration, with that one set and no other, for {@code interop/settings.py} to open: the
 * reference client refuses a repository whose configuration it cannot read.
 *
 * <p>Argument: the folder to write to.
 */
public final class InteropSettings {
    private InteropSettings() {}

    /**
     * Writes the repositories, and a line for each with its name, the setting and the value.
     *
     * @param arguments as above
     * @throws IOException if that fails
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0], "settings"));
        List<String> lines = new ArrayList<>();
        for (ConfigSetting setting : ConfigSetting.ALL) {
            String value = value(setting.type());
            try (Storage storage = LocalStorage.open(folder.resolve(setting.name()), Durability.PROCESS);
                    Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
                repository.settings().updateConfig(config -> config.with(setting, setting.parse(value)));
            }
            lines.add(setting.name() + "\t" + value);
        }
        Files.write(folder.resolve("list"), lines);
    }

    private static String value(ConfigSetting.Type type) {
        if (type instanceof ConfigSetting.Whole whole) {
            return Long.toString(Math.max(whole.least(), 7));
        } else if (type instanceof ConfigSetting.Truth) {
            return "true";
        } else if (type instanceof ConfigSetting.Choice choice) {
            return choice.words().get(0);
        } else if (type instanceof ConfigSetting.Text) {
            return "STANDARD";
        }
        return "[[\"any_array\", [{\"condition\": \"Any\", \"num_chunks\": 7}]]]";
    }
}
