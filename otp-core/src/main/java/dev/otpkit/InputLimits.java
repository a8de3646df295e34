package dev.otpkit;

/** The greatest lengths of values that callers pass in, in characters. Longer ones are refused before any work. */
final class InputLimits {
    /** The greatest length of a purpose. */
    static final int MAX_PURPOSE = 64;

    /** The greatest length of a binding. */
    static final int MAX_BINDING = 4096;

    /** The greatest length of a proof for the application's guard. */
    static final int MAX_PROOF = 4096;

    /** The greatest length of a client's address. */
    static final int MAX_CLIENT_ADDRESS = 64;

    /** The greatest length of a namespace. */
    static final int MAX_NAMESPACE = 64;

    /** The greatest length of a challenge id. */
    static final int MAX_CHALLENGE_ID = 1024;

    /** The greatest number of channels and media that a request names. */
    static final int MAX_VIA = 32;

    private InputLimits() {}
}
