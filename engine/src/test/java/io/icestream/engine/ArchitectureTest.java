package io.icestream.engine;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.icestream.engine.testing.SharedFolder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the engine to its architecture: which package may use which, and what must be passed in rather than picked up.
 * Looks at the compiled classes and the sources.
 */
class ArchitectureTest {
    private static final String ROOT = "io.icestream.engine";

    /**
     * A package and the packages above it that it may use, besides the root and itself. A subpackage counts as its
     * parent.
     */
    private static final Map<String, Set<String>> MAY_USE = mayUse();

    /** Where the world outside is picked up by default; each of these can be given something else. */
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "io.icestream.engine.storage.LocalStorage", Set.of("RandomGenerator.getDefault"),
            "io.icestream.engine.repository.RepositoryOptions",
                    Set.of(
                            "InstantSource.system",
                            "RandomGenerator.getDefault",
                            "RandomGenerator.of",
                            "SecureRandom.<init>"),
            "io.icestream.engine.ref.Waiter", Set.of("Thread.sleep"));

    /** Time, chance and waiting, which a simulation must be able to replace. */
    private static final Pattern PICKED_UP = Pattern.compile("System\\.currentTimeMillis"
            + "|(Instant|Local\\w+|ZonedDateTime|OffsetDateTime|Year|YearMonth)\\.now"
            + "|(Clock|InstantSource)\\.(system\\w*|tick\\w*)"
            + "|Thread\\.sleep|TimeUnit\\.sleep"
            + "|(Random|SecureRandom|SplittableRandom|Date)\\.<init>"
            + "|RandomGenerator\\.(getDefault|of)|ThreadLocalRandom\\.current|UUID\\.randomUUID|Math\\.random");

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "\\s*public (static |final |abstract |sealed |non-sealed )*(class|interface|record|enum|@interface) .*");
    private static final Pattern PUBLIC_METHOD =
            Pattern.compile("    public [^=(]*\\b[a-zA-Z]\\w*\\(.*|    public [A-Z]\\w* \\{");

    private static JavaClasses classes;

    private static Map<String, Set<String>> mayUse() {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        rows.put("", Set.of());
        rows.put("storage", Set.of());
        rows.put("format", Set.of());
        rows.put("zarr", Set.of());
        rows.put("asset", Set.of("storage", "format"));
        rows.put("virtual", Set.of("storage", "format"));
        rows.put("change", Set.of("format", "zarr"));
        rows.put("conflict", Set.of("change", "format"));
        // The compare-and-set loop is made of conditional reads and writes, which are words of storage.
        rows.put("ref", Set.of("asset", "format", "storage"));
        rows.put("session", Set.copyOf(rows.keySet()));
        rows.put("repository", Set.of("session", "ref", "asset", "virtual", "format", "storage"));
        // A node is named by a path, and paths belong to format.
        rows.put("store", Set.of("session", "zarr", "format"));
        rows.put("maintenance", Set.of("repository", "session", "ref", "asset", "format"));
        return rows;
    }

    @BeforeAll
    static void readClasses() throws URISyntaxException {
        Path main = Path.of(IcestreamException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        classes = new ClassFileImporter().importPath(main);
    }

    @Test
    void eachRowNamesOnlyRowsAboveItsOwnSoThereAreNoCycles() {
        Set<String> above = new TreeSet<>();
        MAY_USE.forEach((row, used) -> {
            assertThat(above).as("rows above '%s'", row).containsAll(used);
            above.add(row);
        });
    }

    @Test
    void packagesUseOnlyWhatTheirRowNames() {
        assertThat(classes).isNotEmpty();
        assertThat(classes.stream().flatMap(ArchitectureTest::forbiddenUses)).isEmpty();
    }

    @Test
    void everyPackageHasARow() {
        Set<String> packages = classes.stream().map(ArchitectureTest::row).collect(toCollection(TreeSet::new));

        assertThat(MAY_USE.keySet()).containsAll(packages);
    }

    @Test
    void timeChanceAndWaitingArePassedIn() {
        List<String> found = new ArrayList<>();
        for (JavaClass type : classes) {
            Set<String> allowed = DEFAULTS.getOrDefault(outermost(type), Set.of());
            accesses(type)
                    .filter(access -> PICKED_UP.matcher(named(access)).matches())
                    .filter(access -> !allowed.contains(named(access)))
                    .forEach(access -> found.add(access.getDescription()));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() throws IOException {
        for (Path folder : foldersWithSources()) {
            Path info = folder.resolve("package-info.java");
            assertThat(info).isRegularFile();
            assertThat(Files.readString(info))
                    .as(info.toString())
                    .startsWith("/**")
                    .contains("@NullMarked");
        }
    }

    @Test
    void everyPublicTypeAndMethodIsDocumented() throws IOException {
        List<String> undocumented = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = Files.readAllLines(file);
            for (int line = 0; line < lines.size(); line++) {
                if (isPublic(lines.get(line)) && !isDocumented(lines, line)) {
                    undocumented.add(file.getFileName() + ":" + (line + 1) + lines.get(line));
                }
            }
        }
        assertThat(undocumented).isEmpty();
    }

    private static Stream<String> forbiddenUses(JavaClass type) {
        Set<String> allowed = MAY_USE.getOrDefault(row(type), Set.of());
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> isOurs(dependency.getTargetClass()))
                .filter(dependency -> {
                    String target = row(dependency.getTargetClass());
                    return !target.isEmpty() && !target.equals(row(type)) && !allowed.contains(target);
                })
                .map(dependency -> dependency.getDescription());
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static String row(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.", 2)[0];
    }

    private static String outermost(JavaClass type) {
        return type.getName().split("\\$", 2)[0];
    }

    private static Stream<JavaAccess<?>> accesses(JavaClass type) {
        return Stream.of(
                        type.getMethodCallsFromSelf(),
                        type.getMethodReferencesFromSelf(),
                        type.getConstructorCallsFromSelf(),
                        type.getConstructorReferencesFromSelf())
                .flatMap(Set::stream);
    }

    private static String named(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return target.getOwner().getSimpleName() + "." + target.getName();
    }

    private static boolean isPublic(String line) {
        return PUBLIC_TYPE.matcher(line).matches()
                || PUBLIC_METHOD.matcher(line).matches();
    }

    /** Whether a Javadoc comment, or the annotation that stands for the one inherited, is in front of a declaration. */
    private static boolean isDocumented(List<String> lines, int declaration) {
        int line = declaration - 1;
        while (line >= 0 && lines.get(line).strip().startsWith("@")) {
            if (lines.get(line).strip().equals("@Override")) {
                return true;
            }
            line--;
        }
        return line >= 0 && lines.get(line).strip().endsWith("*/");
    }

    private static List<Path> sources() throws IOException {
        Path root = SharedFolder.repositoryRoot().resolve("engine/src/main/java");
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Set<Path> foldersWithSources() throws IOException {
        return sources().stream().map(file -> file.resolveSibling("")).collect(toCollection(TreeSet::new));
    }
}
