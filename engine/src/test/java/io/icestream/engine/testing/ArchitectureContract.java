package io.icestream.engine.testing;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Holds a module to its architecture: which package may use which, and what must be passed in rather than picked up.
 * Looks at the compiled classes, which it reads once for all tests, and the sources. A module extends this with its own table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ArchitectureContract {

    /** Time, chance and waiting, which a simulation must be able to replace. */
    private static final Pattern PICKED_UP = Pattern.compile("System\\.currentTimeMillis"
            + "|(Instant|Local\\w+|ZonedDateTime|OffsetDateTime|Year|YearMonth)\\.now"
            + "|(Clock|InstantSource)\\.(system\\w*|tick\\w*)"
            + "|Thread\\.sleep|TimeUnit\\.sleep"
            + "|(Random|SecureRandom|SplittableRandom|Date)\\.<init>"
            + "|RandomGenerator\\.(getDefault|of)|ThreadLocalRandom\\.current|UUID\\.randomUUID|Math\\.random");

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "\\s*public (static |final |abstract |sealed |non-sealed )*(class|interface|record|enum|@interface) .*");
    private static final Pattern PUBLIC_METHOD = Pattern.compile("    public [^=(]*\\b[a-zA-Z]\\w*\\(.*");

    private final String root;
    private final String module;
    private final Map<String, Set<String>> mayUse;
    private final Map<String, Set<String>> defaults;
    private final JavaClasses classes;

    /**
     * Says what the module may do.
     *
     * @param anyClass a class of the module
     * @param root the module's root package
     * @param module the module's folder
     * @param mayUse in order, each package below the root and the packages above it that it may use besides the root and itself; a
     *     subpackage counts as its parent
     * @param defaults classes that pick up time, chance or waiting, and what they pick up; a package with {@code .*} may do so anywhere
     */
    protected ArchitectureContract(
            Class<?> anyClass,
            String root,
            String module,
            Map<String, Set<String>> mayUse,
            Map<String, Set<String>> defaults) {
        this.root = root;
        this.module = module;
        this.mayUse = mayUse;
        this.defaults = defaults;
        try {
            Path main = Path.of(
                    anyClass.getProtectionDomain().getCodeSource().getLocation().toURI());
            this.classes = new ClassFileImporter().importPath(main);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("Cannot find the classes of " + module, e);
        }
    }

    @Test
    void eachRowNamesOnlyRowsAboveItsOwnSoThereAreNoCycles() {
        Set<String> above = new TreeSet<>();
        mayUse.forEach((row, used) -> {
            assertThat(above).as("rows above '%s'", row).containsAll(used);
            above.add(row);
        });
    }

    @Test
    void packagesUseOnlyWhatTheirRowNames() {
        assertThat(classes).isNotEmpty();
        assertThat(classes.stream().flatMap(this::forbiddenUses)).isEmpty();
    }

    @Test
    void everyPackageHasARow() {
        Set<String> packages = classes.stream().map(this::row).collect(toCollection(TreeSet::new));

        assertThat(mayUse.keySet()).containsAll(packages);
    }

    @Test
    void timeChanceAndWaitingArePassedIn() {
        List<String> found = new ArrayList<>();
        for (JavaClass type : classes) {
            if (defaults.containsKey(type.getPackageName() + ".*")) {
                continue;
            }
            Set<String> allowed = defaults.getOrDefault(outermost(type), Set.of());
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

    private Stream<String> forbiddenUses(JavaClass type) {
        Set<String> allowed = mayUse.getOrDefault(row(type), Set.of());
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> isOurs(dependency.getTargetClass()))
                .filter(dependency -> {
                    String target = row(dependency.getTargetClass());
                    return !target.isEmpty() && !target.equals(row(type)) && !allowed.contains(target);
                })
                .map(dependency -> dependency.getDescription());
    }

    private boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String row(JavaClass type) {
        String below = type.getPackageName().substring(root.length());
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
        for (int line = declaration - 1; line >= 0 && !lines.get(line).isBlank(); line--) {
            String text = lines.get(line).strip();
            if (text.endsWith("*/") || text.equals("@Override")) {
                return true;
            }
        }
        return false;
    }

    private List<Path> sources() throws IOException {
        Path root = SharedFolder.repositoryRoot().resolve(module).resolve("src/main/java");
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private Set<Path> foldersWithSources() throws IOException {
        return sources().stream().map(file -> file.resolveSibling("")).collect(toCollection(TreeSet::new));
    }
}
