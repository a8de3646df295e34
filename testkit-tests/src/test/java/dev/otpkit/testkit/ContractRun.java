package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs a contract on a fixture in a separate JUnit engine. */
final class ContractRun {
    private ContractRun() {}

    /** Demands that these tests of a fixture pass. */
    static void assertPasses(Class<?> fixture, String... names) {
        assertPassed(
                fixture,
                run(Stream.of(names).map(name -> selectMethod(fixture, name)).toArray(DiscoverySelector[]::new)));
    }

    /** Demands that all tests of a fixture without a defect pass, except those that are skipped. */
    static void assertPassesAllBut(Class<?> fixture, String... skipped) {
        assertPassed(fixture, run(selectClass(fixture)), skipped);
    }

    private static void assertPassed(Class<?> fixture, Events tests, String... skipped) {
        assertThat(tests.started().count()).as("tests of %s", fixture).isPositive();
        assertThat(tests.failed().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName() + ": "
                                + event.getRequiredPayload(TestExecutionResult.class)
                                        .getThrowable()
                                        .orElseThrow()))
                .as("failures of %s", fixture)
                .isEmpty();
        assertThat(tests.aborted().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName().replace("()", "")))
                .as("skipped tests of %s", fixture)
                .containsExactlyInAnyOrder(skipped);
    }

    /** Returns the names of the tests that failed. */
    static List<String> failuresOf(Class<?> fixture) {
        return failuresOf(fixture, selectClass(fixture));
    }

    /**
     * Runs these tests alone, since expiry takes real time, and demands that each of them fails: at least once in five
     * runs, since luck may hide a race from one of them.
     */
    static void assertFails(Class<?> fixture, String... names) {
        Set<String> hidden = new TreeSet<>(List.of(names));
        for (int run = 0; run < 5 && !hidden.isEmpty(); run++) {
            DiscoverySelector[] selectors =
                    hidden.stream().map(name -> selectMethod(fixture, name)).toArray(DiscoverySelector[]::new);
            hidden.removeAll(failuresOf(fixture, selectors));
        }
        assertThat(hidden).as("tests that pass %s", fixture.getSimpleName()).isEmpty();
    }

    /** Returns the names of the tests of a contract, inherited ones included, that are not {@link Explained}. */
    static List<String> unexplainedTestsOf(Class<?> contract) {
        assertThat(contract).hasAnnotation(ExtendWith.class);
        List<Method> tests = ReflectionSupport.findMethods(
                contract, method -> method.isAnnotationPresent(Test.class), HierarchyTraversalMode.TOP_DOWN);
        assertThat(tests).as("tests of %s", contract).isNotEmpty();
        return tests.stream()
                .filter(test -> !isExplained(test.getAnnotation(Explained.class)))
                .map(Method::getName)
                .sorted()
                .toList();
    }

    private static boolean isExplained(@Nullable Explained explained) {
        return explained != null
                && explained.risk().endsWith(".")
                && explained.cause().endsWith(".");
    }

    private static List<String> failuresOf(Class<?> fixture, DiscoverySelector... selectors) {
        Events tests = run(selectors);
        assertThat(tests.started().count()).as("tests of %s", fixture).isPositive();
        return tests.failed().stream()
                .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
                .sorted()
                .toList();
    }

    private static Events run(DiscoverySelector... selectors) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectors)
                .execute()
                .testEvents();
    }
}
