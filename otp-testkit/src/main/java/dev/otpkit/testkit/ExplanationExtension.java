package dev.otpkit.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Appends the explanation of a test to the message of its failure. The text, the stack trace, the cause, and the values
 * that an IDE compares are those of the failure. A test that is aborted, or not {@link Explained}, stays as it is.
 */
final class ExplanationExtension implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Explained explained = context.getRequiredTestMethod().getAnnotation(Explained.class);
        if (explained == null || failure instanceof TestAbortedException) {
            throw failure;
        }
        String explanation = "\n\nRisk: " + explained.risk() + "\nUsual cause: " + explained.cause();
        if (failure instanceof AssertionError error) {
            throw like(
                    error,
                    (error.getMessage() == null ? error.toString() : error.getMessage()) + explanation,
                    error.getCause());
        }
        if (failure instanceof Exception) {
            throw like(failure, failure + explanation, failure);
        }
        throw failure;
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
