package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.DeliveryException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Appends an explanation to the message of a failure: that of the assertion if it has one, or else that of the test.
 * The text, the stack trace, the cause, and the values that an IDE compares are those of the failure. A test that is
 * aborted, or not {@link Explained}, stays as it is.
 */
final class ExplanationExtension implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Explained explained = context.getRequiredTestMethod().getAnnotation(Explained.class);
        if (explained == null || failure instanceof TestAbortedException) {
            throw failure;
        }
        if (failure instanceof ExplainedFailure own) {
            throw explained(own.failure(), own.explanation());
        }
        if (failure instanceof DeliveryException) {
            throw explained(
                    failure,
                    ExplainedFailure.explanation(
                            "Nobody gets a code.",
                            "The stand-in refuses the channel's request, or the channel does not recognize an"
                                    + " acceptance; see the kind and the text above."));
        }
        if (failure instanceof OtpStoreException) {
            throw explained(
                    failure,
                    ExplainedFailure.explanation(
                            "Nobody can log in.",
                            "The store, its client or its server refuses a call that it should serve; see its text"
                                    + " above, and the cause."));
        }
        throw explained(failure, ExplainedFailure.explanation(explained.risk(), explained.cause()));
    }

    /** Returns the failure with an explanation, or an error of the JVM as it is. */
    private static Throwable explained(Throwable failure, String explanation) {
        if (failure instanceof AssertionError error) {
            return like(
                    error,
                    (error.getMessage() == null ? error.toString() : error.getMessage()) + explanation,
                    error.getCause());
        }
        return failure instanceof Exception ? like(failure, failure + explanation, failure) : failure;
    }

    private static AssertionError like(Throwable failure, String message, @Nullable Throwable cause) {
        AssertionError explained = failure instanceof AssertionFailedError compared
                        && (compared.isExpectedDefined() || compared.isActualDefined())
                ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), cause)
                : new AssertionFailedError(message, cause);
        explained.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            explained.addSuppressed(suppressed);
        }
        return explained;
    }
}
