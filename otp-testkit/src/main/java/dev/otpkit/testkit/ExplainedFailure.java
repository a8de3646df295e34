package dev.otpkit.testkit;

/**
 * A failure of an assertion that several tests share, with an explanation that goes before that of the test. The cause
 * is the assertion's own failure.
 */
final class ExplainedFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final AssertionError failure;
    private final String explanation;

    private ExplainedFailure(AssertionError failure, String explanation) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.explanation = explanation;
    }

    /**
     * Runs an assertion.
     *
     * @param risk the harm that the defect does: one sentence
     * @param cause the mistake that usually leads to it: one sentence
     */
    static void explaining(String risk, String cause, Runnable assertion) {
        try {
            assertion.run();
        } catch (AssertionError e) {
            throw new ExplainedFailure(e, explanation(risk, cause));
        }
    }

    /** Returns the explanation as it stands after the message of a failure. */
    static String explanation(String risk, String cause) {
        return "\n\nRisk: " + risk + "\nUsual cause: " + cause;
    }

    AssertionError failure() {
        return failure;
    }

    String explanation() {
        return explanation;
    }
}
