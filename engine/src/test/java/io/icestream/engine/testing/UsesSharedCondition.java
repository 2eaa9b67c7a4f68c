package io.icestream.engine.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link UsesShared}. */
final class UsesSharedCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return decide(SharedFolder.path(), "true".equals(System.getenv("CI")));
    }

    static ConditionEvaluationResult decide(Path folder, boolean continuousIntegration) {
        if (Files.isDirectory(folder)) {
            return ConditionEvaluationResult.enabled("found " + folder);
        }
        return continuousIntegration
                ? ConditionEvaluationResult.enabled("CI=true demands " + folder)
                : ConditionEvaluationResult.disabled("there is no folder " + folder);
    }
}
