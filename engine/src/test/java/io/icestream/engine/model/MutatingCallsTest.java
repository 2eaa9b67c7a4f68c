package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.CommitUnknownException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall;
import io.icestream.engine.testing.StorageCall.Operation;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every public call that changes a repository is run once per storage call that it makes, and there the process dies, or a
 * message is lost, fails or comes late, or all is silent from then on. Afterwards the repository is in the state before the
 * call or in the state after it, never between; what the caller was told is true; nothing that is reached is missing; and
 * the call can be made again. That every call is in the table is checked against the compiled classes.
 */
class MutatingCallsTest {
    private static final Set<String> PACKAGES = Set.of("repository", "session", "store", "maintenance");

    /** Public methods that change nothing in a repository, by class; a star stands for all of them. */
    private static final Map<String, Set<String>> READS = Map.ofEntries(
            Map.entry(
                    "Repository",
                    Set.of(
                            "exists",
                            "findSpecVersion",
                            "findStoredConfig",
                            "options",
                            "config",
                            "storage",
                            "info",
                            "branches",
                            "tags",
                            "findBranch",
                            "findTag",
                            "findSnapshot",
                            "history",
                            "historyGraph",
                            "historyGraphSvg",
                            "manifestFiles",
                            "diff",
                            "transactionLog",
                            "operations",
                            "specVersion",
                            "layoutSession",
                            "readonlySession")),
            Map.entry(
                    "RepositorySettings",
                    Set.of("metadata", "status", "requireOnline", "isEnabled", "feature", "require", "storedConfig")),
            Map.entry("BranchSession", sessionReads("plannedSnapshotId", "isOpen")),
            Map.entry(
                    "ZarrArray",
                    Set.of("open", "path", "coordinate", "cfTime", "metadata", "readAll", "read", "readInto")),
            Map.entry("ZarrGroup", Set.of("open", "path", "attributes", "children", "array", "group")),
            // What callers hand over, and what only reads.
            Map.entry("CommitRequest", Set.of("*")),
            Map.entry("MetadataRules", Set.of("*")),
            Map.entry("ReadonlySession", Set.of("*")),
            Map.entry("CfTime", Set.of("*")),
            Map.entry("Inspection", Set.of("*")),
            Map.entry("StorageStatistics", Set.of("*")),
            Map.entry("Verification", Set.of("*")),
            Map.entry(
                    "ZarrStore",
                    Set.of(
                            "of",
                            "find",
                            "findAll",
                            "exists",
                            "isEmpty",
                            "isReadOnly",
                            "list",
                            "listDirectory",
                            "sizeBytes",
                            "sizeBytesBelow")),
            // Collect what apply() does; those that need dimensions are in SchemaUpdateTest.
            Map.entry("SchemaUpdate", Set.of("resize", "append")),
            // They die at each of their storage calls in tests of their own, as they make many commits or write
            // elsewhere:
            // CompactionTest, ManifestRewriteTest, RepositoryCopyTest, UpgradeTest.
            Map.entry("Compaction", Set.of("*")),
            Map.entry("ManifestRewrite", Set.of("*")),
            Map.entry("LayoutSession", Set.of("*")),
            Map.entry("Relocations", Set.of("*")),
            Map.entry("RepositoryCopy", Set.of("*")),
            Map.entry("Upgrade", Set.of("*")),
            // Called by Repository.putChunk and WritableSession.setChunk.
            Map.entry("ChunkWriter", Set.of("*")));

    private static final Set<Operation> DECISIVE = Set.of(Operation.PUT_IF_MATCHES, Operation.PUT_IF_ABSENT);
    /** Read or publish again after they have published, and may fail there. */
    private static final Set<String> GO_ON_AFTER_PUBLISHING =
            Set.of("collect garbage", "flush, publish, and publish again", "move, rebase, flush and publish");

    private static final TreeMap<String, Integer> COUNTS = new TreeMap<>();

    /** What the caller was told. */
    private enum Report {
        DONE,
        NOT_DONE,
        UNKNOWN
    }

    /** How a call goes when nothing goes wrong. */
    private record Course(String before, String after, List<StorageCall> calls) {}

    private static Set<String> sessionReads(String... more) {
        Set<String> reads = new TreeSet<>(Set.of(
                "branch",
                "snapshotId",
                "nodes",
                "findNode",
                "arrayMetadata",
                "groupMetadata",
                "findChunk",
                "readChunk",
                "readChunks",
                "readChunkPart",
                "readParts",
                "openChunks",
                "virtualLocations",
                "chunkIndices",
                "chunks",
                "hasChanges",
                "status"));
        reads.addAll(List.of(more));
        return reads;
    }

    static List<MutatingCall> calls() {
        return MutatingCalls.all().toList();
    }

    @AfterAll
    static void print() {
        System.out.println(calls().size() + " mutating calls: " + COUNTS);
    }

    private static void count(String what) {
        COUNTS.merge(what, 1, Integer::sum);
    }

    @Test
    void everyPublicMethodIsCalledHereOrOnlyReads() {
        JavaClasses classes =
                new ClassFileImporter().importPaths(locationOf(Repository.class), locationOf(MutatingCalls.class));
        List<String> uncovered = new ArrayList<>();
        for (JavaClass type : classes) {
            if (isHandle(type)) {
                type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                                && !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(method -> !isRead(type, method) && !isCalledInTable(method))
                        .map(method -> type.getSimpleName() + "." + method.getName())
                        .forEach(uncovered::add);
            }
        }
        assertThat(uncovered)
                .as("methods neither called in MutatingCalls nor listed as reading in MutatingCallsTest")
                .isEmpty();
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isHandle(JavaClass type) {
        boolean among = type.isEquivalentTo(RepositorySettings.class)
                || PACKAGES.stream().anyMatch(name -> type.getPackageName().equals("io.icestream.engine." + name));
        return among
                && type.isTopLevelClass()
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.isInterface()
                && !type.isRecord()
                && !type.isEnum()
                && !type.isAssignableTo(Throwable.class);
    }

    private static boolean isRead(JavaClass type, JavaMethod method) {
        Set<String> reads = READS.getOrDefault(type.getSimpleName(), Set.of());
        return reads.contains("*")
                || reads.contains(method.getName())
                || Set.of("toString", "equals", "hashCode").contains(method.getName());
    }

    private static boolean isCalledInTable(JavaMethod method) {
        return method.getAccessesToSelf().stream()
                .anyMatch(access -> Set.of(MutatingCalls.class.getName(), Scene.class.getName())
                        .contains(access.getOriginOwner().getName()));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void dyingAnywhereLeavesTheOldOrTheNewState(MutatingCall call) {
        Course course = course(call);
        int landed = 0;
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (int at = 1; at <= course.calls().size(); at++) {
                String where = call + ", " + fault + " at " + course.calls().get(at - 1);
                Scene scene = call.newScene();
                MutatingCall.Attempt attempt = call.prepare().apply(scene);
                scene.storage.crashAt(at, fault);
                crash(attempt, where);
                scene.restart();
                String now = state(scene);
                assertState(now, where, course.before(), course.after());
                landed += now.equals(course.after()) ? 1 : 0;
                assertUsable(call, scene, course, where);
                count("crashes");
            }
        }
        assertThat(landed).as(call + ": crashes after which the call is done").isPositive();
    }

    private static void crash(MutatingCall.Attempt attempt, String where) {
        try {
            attempt.run();
        } catch (SimulatedCrash e) {
            return;
        }
        throw new AssertionError("Did not crash: " + where);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void oneLostOrFailedMessageLeavesATrueReport(MutatingCall call) {
        Course course = course(call);
        for (Fault fault :
                List.of(Fault.LOSE_REPLY, Fault.LOSE_REQUEST, Fault.FAIL_BEFORE, Fault.LAND_LATE, Fault.REFUSE)) {
            for (StorageCall storageCall : course.calls()) {
                if (makesSense(fault, storageCall, call)) {
                    once(call, course, fault, storageCall);
                }
            }
        }
    }

    /** Only a conditional write can be refused; a creation that is refused has lost against somebody. */
    private static boolean makesSense(Fault fault, StorageCall storageCall, MutatingCall call) {
        boolean conditional = storageCall.operation().isConditionalWrite();
        return switch (fault) {
            case REFUSE -> conditional && call.scene() != MutatingCall.Kind.BLANK;
            case LAND_LATE -> storageCall.operation().isWrite();
            default -> true;
        };
    }

    private static void once(MutatingCall call, Course course, Fault fault, StorageCall at) {
        String where = call + ", " + fault + " at " + at;
        Scene scene = call.newScene();
        MutatingCall.Attempt attempt = call.prepare().apply(scene);
        long number = scene.storage.calls() + course.calls().indexOf(at) + 1;
        scene.storage.follow(made -> made.number() == number ? fault : Fault.NONE);
        Report report = report(attempt);
        scene.storage.landLateWrites();
        assertTrue(report, call, course, scene, where);
        boolean decisive = DECISIVE.contains(at.operation()) && at.key().equals(AssetKeys.REPOSITORY);
        if (decisive && fault != Fault.FAIL_BEFORE) {
            // A request to create that got lost leaves no trace, and cannot be told from one under way.
            boolean told = call.scene() == MutatingCall.Kind.PREPARED || fault == Fault.LOSE_REPLY;
            assertThat(report).as(where).isEqualTo(told ? Report.DONE : Report.UNKNOWN);
        }
        count("one message: " + fault);
        scene.restart();
        assertUsable(call, scene, course, where);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void silenceFromADecisiveWriteOnIsReportedAsUnknown(MutatingCall call) {
        Course course = course(call);
        for (StorageCall at : course.calls()) {
            if (at.operation().isConditionalWrite()) {
                silence(call, course, at, Fault.LOSE_REPLY, Fault.FAIL_BEFORE);
                silence(call, course, at, Fault.LOSE_REQUEST, Fault.LOSE_REQUEST);
            }
        }
    }

    private static void silence(MutatingCall call, Course course, StorageCall at, Fault lost, Fault later) {
        String where = call + ", " + lost + " at " + at + " and then " + later;
        Scene scene = call.newScene();
        MutatingCall.Attempt attempt = call.prepare().apply(scene);
        long number = scene.storage.calls() + course.calls().indexOf(at) + 1;
        scene.storage.follow(made -> made.number() < number ? Fault.NONE : made.number() == number ? lost : later);
        Report report = report(attempt);
        scene.storage.follow(FaultScript.NO_FAULTS);
        assertTrue(report, call, course, scene, where);
        if (DECISIVE.contains(at.operation()) && at.key().equals(AssetKeys.REPOSITORY)) {
            assertThat(report).as(where).isEqualTo(Report.UNKNOWN);
            findOut(attempt, course, scene, where);
        }
        count("silence");
        scene.restart();
        assertUsable(call, scene, course, where);
    }

    /** Asking the same session again says done, and makes it so if it was not. */
    private static void findOut(MutatingCall.Attempt attempt, Course course, Scene scene, String where) {
        Optional<Runnable> findOut = attempt.findOut();
        if (findOut.isPresent()) {
            findOut.get().run();
            assertState(state(scene), where + ", asked again", course.after());
            count("unknown outcomes found out");
        }
    }

    private static Report report(MutatingCall.Attempt attempt) {
        try {
            attempt.run();
            return Report.DONE;
        } catch (CommitUnknownException | UpdateUnknownException e) {
            return Report.UNKNOWN;
        } catch (StorageException e) {
            return Report.NOT_DONE;
        }
    }

    private static void assertTrue(Report report, MutatingCall call, Course course, Scene scene, String where) {
        String now = state(scene);
        String what = where + ", reported as " + report;
        boolean either =
                report == Report.UNKNOWN || (report == Report.NOT_DONE && GO_ON_AFTER_PUBLISHING.contains(call.name()));
        if (either) {
            assertState(now, what, course.before(), course.after());
        } else {
            assertState(now, what, report == Report.DONE ? course.after() : course.before());
        }
        count("reported " + report);
    }

    /** One of the states; the message has only the lines that differ. */
    private static void assertState(String now, String where, String... allowed) {
        if (!List.of(allowed).contains(now)) {
            StringBuilder message = new StringBuilder(where);
            for (String state : allowed) {
                List<String> missing = new ArrayList<>(state.lines().toList());
                now.lines().forEach(missing::remove);
                List<String> more = new ArrayList<>(now.lines().toList());
                state.lines().forEach(more::remove);
                message.append("\nmissing: ").append(missing).append("\nmore: ").append(more);
            }
            throw new AssertionError(message.toString());
        }
    }

    private static Course course(MutatingCall call) {
        Scene scene = call.newScene();
        MutatingCall.Attempt attempt = call.prepare().apply(scene);
        String before = state(scene);
        int made = scene.storage.journal().size();
        attempt.run();
        List<StorageCall> calls =
                scene.storage.journal().subList(made, scene.storage.journal().size());
        calls = List.copyOf(calls);
        String after = state(scene);
        assertThat(after).as(call.name()).isNotEqualTo(before);
        return new Course(before, after, calls);
    }

    private static String state(Scene scene) {
        if (!scene.hasRepository()) {
            return "no repository";
        }
        try (Repository reopened = scene.reopened()) {
            return VisibleState.of(reopened);
        }
    }

    /** All that is reached is there; a call that was not done can be made again; and others can commit. */
    private static void assertUsable(MutatingCall call, Scene scene, Course course, String where) {
        if (call.repetition() == MutatingCall.Repetition.POSSIBLE
                && state(scene).equals(course.before())) {
            call.prepare().apply(scene).run();
            assertState(state(scene), where + ", made again", course.after());
            count("made again");
        }
        try (Repository reopened = scene.reopened()) {
            if (reopened.settings().status().reason().isEmpty()) {
                reopened.transact("main", CommitRequest.of("next").allowEmpty(), session -> {});
            }
            assertThat(VisibleState.verify(reopened).findings()).as(where).isEmpty();
        }
    }
}
