package org.nestguard.cli.lab;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Tests that go on where the one before ended: after one that failed, the rest would tell of nothing but that. */
final class Story implements ExecutionCondition, TestWatcher {
    private String broken = "";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return broken.isEmpty() || context.getTestMethod().isEmpty()
                ? ConditionEvaluationResult.enabled("")
                : ConditionEvaluationResult.disabled(broken + " has failed before");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        broken = context.getDisplayName();
    }
}
