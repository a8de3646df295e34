package dev.otpkit.benchmarks.memory;

/** A way to send a code and to verify it. Thread-safe. */
interface Peer extends AutoCloseable {
    /** Sends a code to an address. */
    void send(String address);

    /**
     * Sends a code to an address before the time is measured, by one thread. The stored state is the same as after
     * {@link #send}.
     */
    default void prepare(String address) {
        send(address);
    }

    /** Returns true for the code that was sent to the address, once. */
    boolean verify(String address, String code);

    /** Returns the code of the last message that this thread sent. */
    String lastCode();

    @Override
    default void close() {}

    /** Returns the peer of this name, new and empty. */
    static Peer of(String contender, Form form) {
        return switch (contender) {
            case "tutorial" -> new Tutorial(form);
            case "tutorialWithLibphonenumber" -> new TutorialWithLibphonenumber(form);
            case "springInMemory" -> new SpringInMemory(form);
            case "springJdbc" -> new SpringJdbc(form);
            case "otpKit" -> new OtpKit(form);
            default -> throw new IllegalArgumentException("no such contender: " + contender);
        };
    }
}
