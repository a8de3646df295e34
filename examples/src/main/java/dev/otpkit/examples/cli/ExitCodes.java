package dev.otpkit.examples.cli;

/** The exit codes of the program. After Ctrl-C the code is 130, as for any program. */
final class ExitCodes {
    static final int VERIFIED = 0;
    static final int NOT_VERIFIED = 1;
    static final int USAGE = 2;
    static final int REFUSED = 3;
    static final int UNDELIVERED = 4;
    static final int FAILED = 5;

    private ExitCodes() {}
}
