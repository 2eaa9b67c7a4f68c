package io.icestream.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.StorageException.Retry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What only local storage does: files as the reference implementation lays them out, durability in the right order, and
 * failures of the file system.
 */
class LocalStorageTest {
    @TempDir
    Path folder;

    private final RecordingFiles files = new RecordingFiles();

    @Test
    void keepsEachObjectInAFileOfThatPath() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("snapshots/A", bytes("one"));

        assertThat(folder.resolve("snapshots/A")).hasContent("one");
        assertThat(filesBelow(folder)).containsExactly("snapshots/A");
    }

    @Test
    void createsNothingBeforeTheFirstWrite() {
        Path absent = folder.resolve("absent");
        Storage storage = LocalStorage.open(absent);

        assertThat(storage.find("repo")).isEmpty();
        assertThat(storage.list("")).isEmpty();
        storage.delete(List.of("repo"));
        assertThat(storage.putIfMatches("repo", bytes("x"), new ObjectVersion("any")))
                .isEqualTo(new PutOutcome.Refused());
        assertThat(absent).doesNotExist();
    }

    @Test
    void refusesToOpenAFile() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> LocalStorage.open(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("not a folder");
    }

    @Test
    void makesContentDurableBeforeItsNameAndTheNameBeforeItReturns() throws Exception {
        open(Durability.DISK).put("chunks/A", bytes("one"));

        assertThat(files.log)
                .containsSubsequence(
                        "mkdir chunks",
                        "force dir " + folder.getFileName(),
                        "force file",
                        "rename A",
                        "force dir chunks")
                .endsWith("force dir chunks");
    }

    @Test
    void makesTheFolderDurableThatAnotherProcessHasCreated() throws Exception {
        Files.createDirectory(folder.resolve("chunks"));

        open(Durability.DISK).put("chunks/A", bytes("one"));

        assertThat(files.log).contains("force dir " + folder.getFileName());
    }

    @Test
    void forcesNothingWhereOnlyTheProcessMustBeSurvived() {
        Storage storage = open(Durability.PROCESS);
        storage.put("chunks/A", bytes("one"));
        storage.putIfAbsent("repo", bytes("one"));

        assertThat(files.log).noneMatch(operation -> operation.startsWith("force"));
    }

    @Test
    void aBackupIsAnotherNameOfTheFileAndSurvivesItsReplacement() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");

        storage.copyIfMatches("repo", "overwritten/one", one);
        assertThat(Files.getAttribute(folder.resolve("overwritten/one"), "unix:ino"))
                .isEqualTo(Files.getAttribute(folder.resolve("repo"), "unix:ino"));
        storage.putIfMatches("repo", bytes("two"), one);

        assertThat(folder.resolve("overwritten/one")).hasContent("one");
    }

    @Test
    void aReplacementIsAlwaysYoungerThanWhatItReplaces() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        Instant future = Instant.parse("2099-01-01T00:00:00Z");
        Files.setLastModifiedTime(folder.resolve("repo"), FileTime.from(future));

        storage.putIfMatches("repo", bytes("two"), version(storage, "repo"));

        assertThat(storage.stat("repo").orElseThrow().lastModified()).isAfter(future);
    }

    @Test
    void noticesAForeignWriterWhoLeftTheSameAttributes() throws Exception {
        // Written in place and dated back: device, inode, time and size are those of the version that was read.
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        StoredObject one = storage.find("repo").orElseThrow();
        Path file = folder.resolve("repo");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);

        assertThat(storage.findIfChanged("repo", one.version())).isInstanceOf(ConditionalRead.Changed.class);
        assertThat(storage.putIfMatches("repo", bytes("three"), one.version())).isEqualTo(new PutOutcome.Refused());
        assertThat(storage.copyIfMatches("repo", "copy", one.version())).isEqualTo(new PutOutcome.Refused());
    }

    @Test
    void hidesTemporaryFilesOfBothImplementationsAndTheLock() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        storage.putIfMatches("repo", bytes("two"), version(storage, "repo"));
        Files.writeString(folder.resolve("repo#1"), "left by a killed process");
        Files.createDirectories(folder.resolve("chunks"));
        Files.writeString(folder.resolve("chunks/A#17"), "left by a killed process");

        assertThat(filesBelow(folder)).contains(DirectoryLock.FILE_NAME, "repo#1", "chunks/A#17");
        assertThat(keys(storage)).containsExactly("repo");
        storage.put("chunks/A", bytes("whole"));
        assertThat(keys(storage)).containsExactlyInAnyOrder("repo", "chunks/A");
    }

    @Test
    void takesTheNextTemporaryNameIfOneIsTaken() throws Exception {
        Storage storage = open(Durability.PROCESS);
        for (int i = 1; i <= 5; i++) {
            Files.createFile(folder.resolve("repo#" + ProcessHandle.current().pid() + String.format("%010d", i)));
        }
        storage.put("repo", bytes("one"));

        assertThat(folder.resolve("repo")).hasContent("one");
        assertThat(filesBelow(folder)).hasSize(6);
    }

    @Test
    void writesOnAfterItsFoldersWereRemoved() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("chunks/A", bytes("one"));
        Files.delete(folder.resolve("chunks/A"));
        Files.delete(folder.resolve("chunks"));

        storage.put("chunks/B", bytes("two"));

        assertThat(folder.resolve("chunks/B")).hasContent("two");
    }

    @Test
    void listsThroughLinksToFoldersButNotInCircles() throws Exception {
        Storage storage = open(Durability.DISK);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("chunks"), elsewhere);
        Files.createSymbolicLink(elsewhere.resolve("circle"), folder);
        storage.put("chunks/A", bytes("one"));

        assertThat(keys(storage)).containsExactlyInAnyOrder("chunks/A", "elsewhere/A");
    }

    @Test
    void twoStoragesOnOneFolderShareTheLockWhateverThePath() throws Exception {
        Path other = Files.createTempDirectory("link").resolve("repo");
        Files.createSymbolicLink(other, folder);
        Storage first = open(Durability.PROCESS);
        Storage second = LocalStorage.open(other, Durability.PROCESS);
        first.put("repo", bytes("one"));
        ObjectVersion version = version(first, "repo");

        assertThat(second.putIfMatches("repo", bytes("two"), version)).isInstanceOf(PutOutcome.Written.class);
        assertThat(first.putIfMatches("repo", bytes("three"), version)).isEqualTo(new PutOutcome.Refused());
    }

    @Test
    void saysSoWhenTheDiskIsFullAndLeavesNothing() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");
        files.onWrite = new IOException("No space left on device");
        files.bytesBeforeFailure = 2;

        for (Runnable write : writes(storage, one)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(write::run)
                    .withMessageContaining("no space is left")
                    .withMessageContaining(folder.toString())
                    .withCause(files.onWrite)
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        }
        assertThat(filesBelow(folder)).containsExactly("repo");
        assertThat(folder.resolve("repo")).hasContent("one");
    }

    @Test
    void saysSoWhenPermissionIsDenied() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");
        files.onWrite = new AccessDeniedException(folder.resolve("repo#1").toString());

        for (Runnable write : writes(storage, one)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(write::run)
                    .withMessageContaining("permission denied for " + folder.resolve("repo#1"))
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        }
        assertThat(filesBelow(folder)).containsExactly("repo");
    }

    @Test
    void saysSoWhenAFileIsWhereAFolderIsNeeded() {
        Storage storage = open(Durability.DISK);
        storage.put("chunks", bytes("a file"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.put("chunks/A", bytes("one")))
                .withMessageContaining(folder.resolve("chunks") + " is a file where a folder is needed")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
    }

    @Test
    void aRenameThatFailsLeavesTheOldObjectAndNoTemporaryFile() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");
        files.onRename = new FileSystemException("repo", null, "Input/output error");

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> storage.put("repo", bytes("two")));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfMatches("repo", bytes("two"), one));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> storage.copyIfMatches("repo", "copy", one));

        assertThat(filesBelow(folder)).containsExactlyInAnyOrder("repo", DirectoryLock.FILE_NAME);
        assertThat(folder.resolve("repo")).hasContent("one");
    }

    @Test
    void aConditionalWriteIsUnknownWhenItsDurabilityIs() throws Exception {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");
        files.onForceDirectory = new IOException("Input/output error");

        assertThat(storage.putIfMatches("repo", bytes("two"), one))
                .isInstanceOfSatisfying(
                        PutOutcome.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageContaining("make 'repo' durable"));
        assertThat(storage.putIfAbsent("new", bytes("x"))).isInstanceOf(PutOutcome.Unknown.class);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> storage.put("other", bytes("x")));
    }

    @Test
    void createsExclusivelyWhereThereAreNoHardLinks() throws Exception {
        Storage storage = open(Durability.DISK);
        files.onLink = new FileSystemException("repo", null, "Operation not permitted");

        assertThat(storage.putIfAbsent("repo", bytes("one"))).isInstanceOf(PutOutcome.Written.class);
        assertThat(storage.putIfAbsent("repo", bytes("two"))).isEqualTo(new PutOutcome.Refused());
        ObjectVersion one = version(storage, "repo");
        assertThat(storage.copyIfMatches("repo", "copy", one)).isInstanceOf(PutOutcome.Written.class);

        assertThat(folder.resolve("repo")).hasContent("one");
        assertThat(folder.resolve("copy")).hasContent("one");
        assertThat(filesBelow(folder)).containsExactlyInAnyOrder("repo", "copy", DirectoryLock.FILE_NAME);
    }

    @Test
    void anInterruptFailsAWriteBeforeItsEffectAndIsKept() {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        ObjectVersion one = version(storage, "repo");
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfMatches("repo", bytes("two"), one))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder.resolve("repo")).hasContent("one");
    }

    @Test
    void anInterruptAfterTheEffectDoesNotMakeTheOutcomeUnknown() {
        Storage storage = open(Durability.DISK);
        storage.put("repo", bytes("one"));
        files.interruptAfterRename = true;

        assertThat(storage.putIfMatches("repo", bytes("two"), version(storage, "repo")))
                .isInstanceOf(PutOutcome.Written.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private LocalStorage open(Durability durability) {
        DirectoryLock lock = new DirectoryLock(folder, Duration.ofSeconds(10), new Random(3));
        return new LocalStorage(folder, durability, files, lock);
    }

    private static List<Runnable> writes(Storage storage, ObjectVersion version) {
        return List.of(
                () -> storage.put("chunks-A", bytes("three")),
                () -> storage.putIfAbsent("new", bytes("three")),
                () -> storage.putIfMatches("repo", bytes("three"), version));
    }

    private static ObjectVersion version(Storage storage, String key) {
        return storage.find(key).orElseThrow().version();
    }

    private static List<String> keys(Storage storage) {
        try (Stream<ObjectSummary> listing = storage.list("")) {
            return listing.map(ObjectSummary::key).toList();
        }
    }

    private static List<String> filesBelow(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
