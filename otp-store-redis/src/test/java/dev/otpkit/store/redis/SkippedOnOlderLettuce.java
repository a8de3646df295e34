package dev.otpkit.store.redis;

import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests of the contract on older versions of Lettuce, half of its time: races and volume that the server alone
 * decides. They run on the newest version with every kind of servers. Two races run on each version, since replies must
 * reach their callers.
 */
final class SkippedOnOlderLettuce implements ExecutionCondition {
    static final Set<String> TESTS = Set.of(
            "forgetsNoneOfThousandsOfRecordsAndCounters",
            "letsOneOfManyRacingEqualExchangesWin",
            "letsOneOfManyRacingRemovalsAndExchangesWin",
            "losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero",
            "losesNothingThatManyRacingCallersTakeBack",
            "losesNoUpdateOfManyThreads",
            "takesNoLostExchangeForAWonOne");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean skipped = Boolean.getBoolean("older-client")
                && context.getTestMethod()
                        .filter(method -> TESTS.contains(method.getName()))
                        .isPresent();
        return skipped
                ? ConditionEvaluationResult.disabled("the server alone decides it, with any client")
                : ConditionEvaluationResult.enabled("the client has a part in it");
    }
}
