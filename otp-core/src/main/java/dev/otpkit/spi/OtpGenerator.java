package dev.otpkit.spi;

import dev.otpkit.OtpPolicy;
import java.util.random.RandomGenerator;

/**
 * Makes a code from random numbers. A code is never stored: to verify it, the manager derives it again from the same
 * numbers. A generator must therefore be a pure function of the numbers that it draws: the same numbers give the same
 * code, on every node and in every version that shares a store. Implementations are thread-safe.
 *
 * <p>The default draws each character independently and uniformly from the policy's alphabet.
 */
@FunctionalInterface
public interface OtpGenerator {

    /**
     * Returns the code for these numbers. {@code OtpManager.Builder.build()} tests the generator with equal and with
     * different numbers for each policy.
     *
     * @param policy the policy, whose length and alphabet the code must have
     * @param random the only source to draw from; {@code nextLong()} and {@code nextInt(bound)} give the same numbers
     *     on every JDK, other methods as the JDK derives them from {@code nextLong()}
     * @return the code
     */
    String generate(OtpPolicy policy, RandomGenerator random);
}
