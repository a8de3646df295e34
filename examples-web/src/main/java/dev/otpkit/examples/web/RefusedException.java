package dev.otpkit.examples.web;

/** Ends a step of a form, whose page is shown again with the problem. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.key());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
