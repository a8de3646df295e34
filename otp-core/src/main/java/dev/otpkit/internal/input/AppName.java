package dev.otpkit.internal.input;

/** The checks of an application's name, as messages show it. */
public final class AppName {
    private static final int MAX_CONFIGURED = 64;
    private static final int MAX_RENDERED = 256;

    private AppName() {}

    /** Returns the name that a manager is configured with; short, since it goes into each SMS. */
    public static String configured(String appName) {
        return Arguments.label("appName", appName, MAX_CONFIGURED);
    }

    /** Returns the name that a message is rendered with; longer for an application that calls a renderer itself. */
    public static String rendered(String appName) {
        return Arguments.label("appName", appName, MAX_RENDERED);
    }
}
