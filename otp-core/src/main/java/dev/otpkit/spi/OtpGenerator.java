package dev.otpkit.spi;

import dev.otpkit.OtpPolicy;
import java.util.random.RandomGenerator;

/**
 * Makes a code from random numbers. A code is never stored: it is derived again when it is verified, from the same
 * numbers. A generator must therefore be a function of what it draws: the same numbers, the same code, on every node
 * and in every version that shares a store. Implementations are thread-safe.
 *
 * <p>The default draws each character independently and uniformly from the policy's alphabet.
 */
@FunctionalInterface
public interface OtpGenerator {

    /**
     * Returns the code that these numbers make. {@code OtpManager.Builder.build()} tries it on the same and on
     * different numbers for each policy.
     *
     * @param policy gives length and alphabet, which the code must have
     * @param random the only source to draw from; {@code nextLong()} and {@code nextInt(bound)} give the same numbers
     *     on every JDK, other methods as the JDK derives them from {@code nextLong()}
     * @return the code
     */
    String generate(OtpPolicy policy, RandomGenerator random);
}
