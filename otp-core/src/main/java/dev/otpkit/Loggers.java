package dev.otpkit;

/** The names of the loggers that an application can configure. */
final class Loggers {
    /** The logger of every class of the engine: results, failures and warnings. */
    static final String ENGINE = "dev.otpkit.OtpManager";

    /** The logger of development mode, the only one that receives codes. */
    static final String DEVELOPMENT = "dev.otpkit.development";

    private Loggers() {}
}
