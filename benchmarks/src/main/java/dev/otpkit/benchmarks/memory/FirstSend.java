package dev.otpkit.benchmarks.memory;

import org.slf4j.LoggerFactory;

/** The main class of a JVM that sends one code. */
final class FirstSend {
    private FirstSend() {}

    /** Prints the nanoseconds from the start of the application, after its logging, to the end of the first send. */
    public static void main(String[] args) {
        LoggerFactory.getLogger(FirstSend.class);
        long start = System.nanoTime();
        Peer peer = Peer.of(args[0], Form.HTML_MAIL);
        peer.send("user@example.com");
        long end = System.nanoTime();
        if (peer.lastCode().isEmpty()) {
            throw new IllegalStateException("not sent");
        }
        System.out.println(end - start);
        System.exit(0);
    }
}
