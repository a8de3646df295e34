package dev.otpkit.testkit;

import static dev.otpkit.testkit.ExplainedFailure.explaining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.opentest4j.AssertionFailedError;

class ExplanationExtensionTest {

    @Test
    void explainsAnAssertion() {
        Throwable failure = failureOf("comparesValues");

        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("[sum] ")
                .hasMessageContaining("expected: 3")
                .hasMessageEndingWith("\n\nRisk: Two and two is five.\nUsual cause: An addition that rounds.");
        assertThat(failure.getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("comparesValues"));
    }

    @Test
    void leavesTheValuesThatAnIdeCompares() {
        assertThat(failureOf("comparesValues")).isInstanceOfSatisfying(AssertionFailedError.class, failure -> {
            assertThat(failure.getExpected().getStringRepresentation()).isEqualTo("3");
            assertThat(failure.getActual().getStringRepresentation()).isEqualTo("2");
        });
    }

    @Test
    void leavesTheCauseOfAnAssertion() {
        assertThat(failureOf("failsWithACause"))
                .hasMessageStartingWith("no answer\n\nRisk: ")
                .hasCauseInstanceOf(UncheckedIOException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    }

    @Test
    void explainsAnExceptionAndNamesIt() {
        assertThat(failureOf("throwsAnException"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("java.lang.IllegalStateException: the server is away\n\nRisk: Nobody logs in.\n"
                        + "Usual cause: A cable.")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void explainsASharedAssertionByItsOwnWords() {
        assertThat(failureOf("failsInASharedAssertion"))
                .hasMessageStartingWith("[code] ")
                .hasMessageEndingWith("\n\nRisk: A code is shown.\nUsual cause: A log line.")
                .isInstanceOfSatisfying(
                        AssertionFailedError.class,
                        failure -> assertThat(failure.getActual().getStringRepresentation())
                                .isEqualTo("\"1\""));
    }

    @Test
    void explainsADeliveryThatFailsUnasked() {
        assertThat(failureOf("deliversNothing"))
                .hasMessageContaining("RECIPIENT_REJECTED")
                .hasMessageContaining("\n\nRisk: Nobody gets a code.\nUsual cause: The stand-in refuses");
    }

    @Test
    void explainsAStoreThatFailsUnasked() {
        assertThat(failureOf("cannotStore"))
                .hasMessageStartingWith(
                        "dev.otpkit.OtpStoreException: the server is away\n\nRisk: Nobody can log in.\n")
                .hasMessageContaining("Usual cause: The store, its client or its server refuses a call");
    }

    @Test
    void leavesAnAbortedTestAborted() {
        assertThat(resultOf("isAborted").getStatus()).isEqualTo(Status.ABORTED);
        assertThat(resultOf("isAborted").getThrowable().orElseThrow().getMessage())
                .doesNotContain("Risk");
    }

    @Test
    void leavesAnAuthorsOwnTestAlone() {
        assertThat(failureOf("isNotExplained")).hasMessage("own");
    }

    @Test
    void demandsAnExplanationOfEveryTest() {
        assertThat(ContractRun.unexplainedTestsOf(Failing.class)).containsExactly("isNotExplained");
    }

    private static Throwable failureOf(String method) {
        TestExecutionResult result = resultOf(method);
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        return result.getThrowable().orElseThrow();
    }

    private static TestExecutionResult resultOf(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Failing.class, method))
                .execute()
                .testEvents()
                .finished()
                .stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .findFirst()
                .orElseThrow();
    }

    @ExtendWith(ExplanationExtension.class)
    static class Failing {
        @Test
        @Explained(risk = "Two and two is five.", cause = "An addition that rounds.")
        void comparesValues() {
            assertThat(1 + 1).as("sum").isEqualTo(3);
        }

        @Test
        @Explained(risk = "Nobody logs in.", cause = "A cable.")
        void failsWithACause() {
            AssertionError error = new AssertionError("no answer", new UncheckedIOException(new IOException("cut")));
            error.addSuppressed(new IllegalStateException("and not closed"));
            throw error;
        }

        @Test
        @Explained(risk = "Nobody logs in.", cause = "A cable.")
        void throwsAnException() {
            throw new IllegalStateException("the server is away");
        }

        @Test
        @Explained(risk = "Two and two is five.", cause = "An addition that rounds.")
        void cannotStore() {
            throw new OtpStoreException("the server is away");
        }

        @Test
        @Explained(risk = "Nobody logs in.", cause = "A cable.")
        void failsInASharedAssertion() {
            explaining(
                    "A code is shown.",
                    "A log line.",
                    () -> assertThat("1").as("code").isEqualTo("2"));
        }

        @Test
        @Explained(risk = "Nobody logs in.", cause = "A cable.")
        void deliversNothing() throws DeliveryException {
            throw new DeliveryException(
                    DeliveryFailure.of("sms", DeliveryFailure.Kind.RECIPIENT_REJECTED, "101", "invalid"));
        }

        @Test
        @Explained(risk = "Nobody logs in.", cause = "A cable.")
        void isAborted() {
            assumeTrue(false, "not on this store");
        }

        @Test
        void isNotExplained() {
            throw new AssertionError("own");
        }
    }
}
