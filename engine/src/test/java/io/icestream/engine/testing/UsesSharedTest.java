package io.icestream.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where tests that need the shared folder run, are skipped, or fail. */
class UsesSharedTest {
    @TempDir
    Path folder;

    @Test
    void runWhereTheFolderExists() {
        assertThat(UsesSharedCondition.decide(folder, false).isDisabled()).isFalse();
    }

    @Test
    void areSkippedWithAReasonElsewhere() {
        Path absent = folder.resolve("absent");

        assertThat(UsesSharedCondition.decide(absent, false).isDisabled()).isTrue();
        assertThat(UsesSharedCondition.decide(absent, false).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains(absent.toString()));
    }

    @Test
    void runAndSoFailInContinuousIntegration() {
        assertThat(UsesSharedCondition.decide(folder.resolve("absent"), true).isDisabled())
                .isFalse();
    }

    @Test
    void theFolderIsBesideTheRepository() {
        assertThat(SharedFolder.repositoryRoot().resolve("pom.xml")).isRegularFile();
        assertThat(SharedFolder.path()).isEqualTo(SharedFolder.repositoryRoot().resolveSibling("shared"));
    }
}
