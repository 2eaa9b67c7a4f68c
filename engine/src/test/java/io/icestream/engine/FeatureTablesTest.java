package io.icestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the tables of features in the README of the engine to the sources: a part for each of the reference's, four columns, tests
 * and exchanges that are there, and calls that are there. Names of calls are taken from the code spans of the second column.
 */
class FeatureTablesTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern TYPE = Pattern.compile("\\b[A-Z]\\w*[a-z]\\w*");
    private static final Pattern MEMBER = Pattern.compile("\\b([A-Z]\\w*[a-z]\\w*)\\.([A-Za-z]\\w*)");
    private static final Pattern CALL = Pattern.compile("(?:^|\\)\\.|(?<=\\s))([a-z]\\w*)(?=\\(|$)");
    private static final Pattern METHOD = Pattern.compile("[\\w>\\]] ([a-z]\\w*)\\(");
    private static final Pattern CONSTANT = Pattern.compile("\\b([A-Z][A-Z0-9_]{3,})\\b");
    private static final Pattern VERB = Pattern.compile("icestream ([a-z-]+)");
    private static final Pattern DECLARED =
            Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)(?:<[^{;]*?>)?([^{;]*)");
    private static final Pattern EXTENDED = Pattern.compile("(?:extends|implements) ([^{]+)");

    /** Source of each type of the modules, by simple name; of nested types, that of the outer one. */
    private static final Map<String, String> SOURCES = new TreeMap<>();

    private static final Map<String, Set<String>> SUPERTYPES = new TreeMap<>();
    private static final Set<String> METHODS = new TreeSet<>();
    private static final Set<String> CONSTANTS = new TreeSet<>();
    private static final Set<String> TESTS = new TreeSet<>();
    private static final List<Row> ROWS = new ArrayList<>();
    private static String verbs = "";

    /** A row of a table, under its heading. */
    private record Row(String heading, List<String> cells) {
        String calls() {
            return cells.get(1);
        }

        String tests() {
            return cells.get(2);
        }

        @Override
        public String toString() {
            return heading + ": " + cells.get(0);
        }
    }

    @BeforeAll
    static void read() throws IOException {
        for (Path file : javaFiles("src/main/java")) {
            index(Files.readString(file));
        }
        for (Path file : javaFiles("src/test/java")) {
            TESTS.add(String.valueOf(file.getFileName()).replace(".java", ""));
        }
        StringBuilder commands = new StringBuilder();
        for (Path file : javaFiles("src/main/java")) {
            String source = Files.readString(file);
            if (source.contains("picocli.CommandLine.Command")) {
                commands.append(source);
            }
        }
        verbs = commands.toString();
        String heading = "";
        for (String line : Files.readAllLines(PROJECT.resolve("engine/README.md"))) {
            if (line.startsWith("#")) {
                heading = line.replaceAll("^#+ ", "");
            } else if (line.startsWith("|") && isFeatures(heading)) {
                ROWS.add(new Row(heading, cells(line)));
            }
        }
    }

    private static List<Path> javaFiles(String folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.toList()) {
                Path sources = module.resolve(folder);
                if (Files.isDirectory(sources)) {
                    try (Stream<Path> found = Files.walk(sources)) {
                        found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                    }
                }
            }
        }
        return files;
    }

    private static void index(String source) {
        METHODS.addAll(names(METHOD, source));
        CONSTANTS.addAll(names(CONSTANT, source));
        Matcher declared = DECLARED.matcher(source);
        while (declared.find()) {
            SOURCES.merge(declared.group(1), source, String::concat);
            Matcher extended = EXTENDED.matcher(declared.group(2));
            while (extended.find()) {
                SUPERTYPES
                        .computeIfAbsent(declared.group(1), type -> new HashSet<>())
                        .addAll(names(TYPE, extended.group(1)));
            }
        }
    }

    private static boolean isFeatures(String heading) {
        return heading.matches("1\\.\\d+ .*")
                || heading.equals("Version 1 of the format")
                || heading.startsWith("Traps of the reference")
                || heading.startsWith("What it does beyond");
    }

    private static List<String> cells(String line) {
        String[] cells = line.strip().split("\\|", -1);
        return Stream.of(cells)
                .skip(1)
                .limit(cells.length - 2L)
                .map(String::strip)
                .toList();
    }

    private static List<Row> features() {
        return ROWS.stream()
                .filter(row -> !row.cells().get(0).equals("feature")
                        && !row.cells().get(0).startsWith("---"))
                .toList();
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(result.groupCount()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> spans(String cell) {
        return SPAN.matcher(cell).results().map(span -> span.group(1)).toList();
    }

    @Test
    void everyPartOfTheInventoryHasATable() {
        assertThat(features().stream()
                        .map(row -> row.heading().split(" ", 2)[0])
                        .filter(number -> number.startsWith("1."))
                        .distinct())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 14)
                        .mapToObj(part -> "1." + part)
                        .toList());
    }

    @Test
    void everyRowHasFourCellsAndNoFeatureIsThereTwice() {
        assertThat(features())
                .hasSizeGreaterThan(120)
                .allMatch(row -> row.cells().size() == 4);
        assertThat(features().stream().map(Row::toString)).doesNotHaveDuplicates();
    }

    @Test
    void everyCallHasATest() {
        assertThat(features().stream()
                        .filter(row -> !spans(row.calls()).isEmpty()
                                && spans(row.tests()).isEmpty()))
                .isEmpty();
    }

    @Test
    void everyTestThatIsNamedIsThere() {
        List<String> missing = new ArrayList<>();
        for (Row row : features()) {
            for (String test : spans(row.tests())) {
                boolean there =
                        test.startsWith("interop/") ? Files.isRegularFile(PROJECT.resolve(test)) : TESTS.contains(test);
                if (!there) {
                    missing.add(row + " names " + test);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyCallThatIsNamedIsThere() {
        List<String> missing = new ArrayList<>();
        for (Row row : features()) {
            for (String span : spans(row.calls())) {
                missing(span).forEach(name -> missing.add(row + " names " + name + " in `" + span + "`"));
            }
        }
        assertThat(missing).isEmpty();
    }

    /** What the check sees in a span, so that it cannot come to see nothing. */
    @Test
    void theCheckFindsWhatIsNotThere() {
        assertThat(missing("Repository.create")).isEmpty();
        assertThat(missing("WritableSession.commit")).as("inherited").isEmpty();
        assertThat(missing("new GarbageCollector(repository).run")).isEmpty();
        assertThat(missing("settings().setStatus")).isEmpty();
        assertThat(missing("icestream gc")).isEmpty();
        assertThat(missing("Repository.conjure")).containsExactly("Repository.conjure");
        assertThat(missing("new Wizard(repository).run")).containsExactly("Wizard");
        assertThat(missing("new GarbageCollector(repository).conjure")).containsExactly("conjure");
        assertThat(missing("conjure")).containsExactly("conjure");
        assertThat(missing("settings().conjure")).containsExactly("conjure");
        assertThat(missing("icestream conjure")).containsExactly("icestream conjure");
        assertThat(missing("NOT_A_CONSTANT")).containsExactly("NOT_A_CONSTANT");
    }

    private static List<String> missing(String span) {
        if (span.startsWith("icestream ")) {
            return VERB.matcher(span)
                    .results()
                    .filter(verb ->
                            !verb.group(1).startsWith("-") && !verbs.contains("name = \"" + verb.group(1) + "\""))
                    .map(MatchResult::group)
                    .toList();
        }
        List<String> missing = new ArrayList<>();
        TYPE.matcher(span)
                .results()
                .map(MatchResult::group)
                .filter(FeatureTablesTest::isNoType)
                .forEach(missing::add);
        MEMBER.matcher(span)
                .results()
                .filter(member -> !isNoType(member.group(1)) && !hasMember(member.group(1), member.group(2)))
                .map(MatchResult::group)
                .forEach(missing::add);
        CALL.matcher(span)
                .results()
                .map(call -> call.group(1))
                .filter(call -> !METHODS.contains(call))
                .forEach(missing::add);
        if (CONSTANT.matcher(span).matches() && !CONSTANTS.contains(span)) {
            missing.add(span);
        }
        return missing;
    }

    private static boolean isNoType(String name) {
        return !SOURCES.containsKey(name);
    }

    private static boolean hasMember(String type, String member) {
        return SOURCES.containsKey(member)
                || contains(SOURCES.getOrDefault(type, ""), member)
                || SUPERTYPES.getOrDefault(type, Set.of()).stream().anyMatch(parent -> hasMember(parent, member));
    }

    private static boolean contains(String source, String word) {
        return Pattern.compile("\\b" + word + "\\b").matcher(source).find();
    }
}
