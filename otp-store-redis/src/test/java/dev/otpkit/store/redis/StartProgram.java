package dev.otpkit.store.redis;

import dev.otpkit.OtpStoreException;
import java.time.Duration;

/** A program that builds a store in a fresh JVM, and prints the outcome. */
final class StartProgram {
    static final String STARTED = "started";

    private StartProgram() {}

    /** Takes a URI, "cluster" or "primary", and the connect time-out if it is not the default. */
    public static void main(String[] arguments) {
        RedisOtpStore.Builder builder = arguments[1].equals("cluster")
                ? RedisOtpStore.builder().cluster(arguments[0])
                : RedisOtpStore.builder().uri(arguments[0]);
        if (arguments.length > 2) {
            builder.connectTimeout(Duration.parse(arguments[2]));
        }
        long start = System.nanoTime();
        String outcome;
        try {
            builder.build().close();
            outcome = STARTED;
        } catch (OtpStoreException e) {
            outcome = String.valueOf(e.getMessage());
        }
        System.out.println(outcome + " after " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }
}
