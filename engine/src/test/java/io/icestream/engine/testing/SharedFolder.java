package io.icestream.engine.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code shared} beside the repository, with fixtures and observations that are too large to be part of it.
 */
public final class SharedFolder {
    private SharedFolder() {}

    /**
     * @return the folder, which need not exist
     */
    public static Path path() {
        return repositoryRoot().resolveSibling("shared");
    }

    /**
     * @param first first name below the folder
     * @param more further names
     * @return a path below the folder, which need not exist
     */
    public static Path path(String first, String... more) {
        return path().resolve(Path.of(first, more));
    }

    /**
     * Finds the repository that the tests belong to: the system property {@code icestream.root}, which the build sets,
     * or else the closest
     * folder from the working directory upwards that holds the parent project.
     *
     * @return the root folder of the repository
     */
    public static Path repositoryRoot() {
        String configured = System.getProperty("icestream.root", "");
        if (!configured.isBlank()) {
            return Path.of(configured).toAbsolutePath().normalize();
        }
        Path start = Path.of("").toAbsolutePath();
        return Stream.<@Nullable Path>iterate(start, folder -> folder == null ? null : folder.getParent())
                .takeWhile(folder -> folder != null)
                .filter(SharedFolder::isRepositoryRoot)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No folder from " + start
                        + " upwards holds pom.xml and engine; set the system property icestream.root"));
    }

    private static boolean isRepositoryRoot(@Nullable Path folder) {
        return folder != null
                && Files.isRegularFile(folder.resolve("pom.xml"))
                && Files.isDirectory(folder.resolve("engine"));
    }
}
