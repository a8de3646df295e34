package dev.otpkit;

import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.crypto.KeyedRandom;
import dev.otpkit.internal.input.CodeParser;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.spi.OtpGenerator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Derives the codes of challenges. A code exists here and in the message, and is stored nowhere. */
final class CodeDeriver {
    private static final int TRIALS = 8;

    private final OtpGenerator generator;

    CodeDeriver(OtpGenerator generator) {
        this.generator = generator;
    }

    /** Returns the default generator. */
    static OtpGenerator uniform() {
        return new Uniform();
    }

    /** Draws each character independently and uniformly from the alphabet. */
    private static final class Uniform implements OtpGenerator {
        @Override
        public String generate(OtpPolicy policy, RandomGenerator random) {
            String characters = policy.alphabet().characters();
            StringBuilder code = new StringBuilder(policy.length());
            for (int i = 0; i < policy.length(); i++) {
                code.append(characters.charAt(random.nextInt(characters.length())));
            }
            return code.toString();
        }
    }

    /**
     * Tests a generator of the application with the same and with different random numbers; the default one needs none.
     *
     * @throws IllegalStateException if its codes depend on anything but the numbers drawn, or do not fit the policy
     */
    static void tryOut(OtpGenerator generator, String policyName, OtpPolicy policy) {
        if (generator instanceof Uniform) {
            return;
        }
        MessageDigest sha256 = sha256();
        Set<String> codes = new HashSet<>();
        for (int trial = 0; trial < TRIALS; trial++) {
            String code = generate(generator, policy, numbers(sha256, trial));
            if (!code.equals(generate(generator, policy, numbers(sha256, trial)))) {
                throw new IllegalStateException("generator must make the same code of the same numbers, but for "
                        + policyName + " it did not; a code is derived again when it is verified");
            }
            codes.add(code);
        }
        if (codes.size() == 1) {
            throw new IllegalStateException("generator must make its code of the numbers it is given, but for "
                    + policyName + " it made the same code of " + TRIALS + " different rows");
        }
    }

    /** Returns the code of a challenge. */
    String of(KeyDerivation derivations, Recipient recipient, OtpPolicy policy, Challenge challenge) {
        return generate(generator, policy, derivations.codeNumbers(recipient, challenge.tag(), challenge.nonce()));
    }

    /** Compares two codes in constant time: it does not depend on the position of a difference. */
    static boolean same(String code, String typed) {
        return MessageDigest.isEqual(
                code.getBytes(StandardCharsets.US_ASCII), typed.getBytes(StandardCharsets.US_ASCII));
    }

    private static String generate(OtpGenerator generator, OtpPolicy policy, RandomGenerator numbers) {
        String code = generator.generate(policy, numbers);
        if (code == null || !CodeParser.fits(code, policy)) {
            throw new IllegalStateException("generator must make codes of " + policy.length()
                    + " characters of the policy's alphabet, but made one of "
                    + (code == null ? "null" : code.length() + " characters"));
        }
        return code;
    }

    private static KeyedRandom numbers(MessageDigest sha256, int trial) {
        return new KeyedRandom(block -> sha256.digest(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(trial)
                .putInt(block)
                .array()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
