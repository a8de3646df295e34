package dev.otpkit.internal.input;

/** The check of a channel's name or medium, wherever one is given. */
public final class ChannelName {
    /** The greatest length in characters. */
    public static final int MAX_LENGTH = 64;

    private ChannelName() {}

    /** Returns the name if it has 1 to {@link #MAX_LENGTH} characters, some of them visible and none a control. */
    public static String checked(String argument, String name) {
        return Arguments.label(argument, name, MAX_LENGTH);
    }
}
