package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.rules.PolicyLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The rules for the codes of a purpose: length, alphabet, expiry, number of attempts, resends and limits. Immutable.
 *
 * <p>The purpose of a request selects the policy ({@link OtpManager.Builder#policy(String, OtpPolicy)}); sends and
 * failures count per recipient over all purposes. The defaults are those of {@link #defaults()}: 6 digits, 5 minutes, 5
 * attempts, a resend after 30 seconds that repeats the code, 5 sends within 10 minutes and 10 within a day, 10 failures
 * within an hour.
 *
 * <p>NIST SP 800-63B-4 (3.1.3.2) and OWASP ASVS 5.0 (6.5.5) require a code to expire within ten minutes. A policy whose
 * codes can live longer is allowed, and the manager logs a warning when it is built.
 */
public final class OtpPolicy {
    private final int length;
    private final Alphabet alphabet;
    private final Duration expiry;
    private final int maxAttempts;
    private final Resend resend;
    private final Duration resendCooldown;
    private final List<RateLimit> sendLimits;
    private final RateLimit failureLimit;

    private OtpPolicy(Builder builder) {
        length = builder.length;
        alphabet = builder.alphabet;
        expiry = builder.expiry;
        maxAttempts = builder.maxAttempts;
        resend = builder.resend;
        resendCooldown = builder.resendCooldown;
        sendLimits = builder.sendLimits;
        failureLimit = builder.failureLimit;
    }

    /**
     * Returns the policy with all defaults.
     *
     * @return the defaults listed above
     */
    public static OtpPolicy defaults() {
        return builder().build();
    }

    /**
     * Returns a builder that holds the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that holds the values of this policy, to build one that differs in some of them. Changing the
     * builder does not change this policy.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the number of characters of a code.
     *
     * @return 4 to 12; 6 by default
     */
    public int length() {
        return length;
    }

    /**
     * Returns the characters that codes are made of.
     *
     * @return {@link Alphabet#DIGITS} by default
     */
    public Alphabet alphabet() {
        return alphabet;
    }

    /**
     * Returns the time for which a code is valid after it was sent.
     *
     * @return more than zero, at most 24 hours; 5 minutes by default
     */
    public Duration expiry() {
        return expiry;
    }

    /**
     * Returns the number of guesses that are answered for one challenge. Each is counted before its result is known, so
     * that concurrent guesses get no additional answers, and a resend does not restore any.
     *
     * @return 1 to 10; 5 by default
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Returns the effect of a second send while the code is valid.
     *
     * @return {@link Resend#REUSE} by default
     */
    public Resend resend() {
        return resend;
    }

    /**
     * Returns the minimum time between two sends for a live challenge.
     *
     * @return zero to 24 hours; 30 seconds by default
     */
    public Duration resendCooldown() {
        return resendCooldown;
    }

    /**
     * Returns the limits on sends per recipient, over all purposes; all of them apply. Sends that no channel delivered
     * count.
     *
     * @return 1 to 10 limits; by default 5 within 10 minutes and 10 within 24 hours
     */
    public List<RateLimit> sendLimits() {
        return sendLimits;
    }

    /**
     * Returns the limit on wrong codes per recipient. When it is reached, the recipient is locked until the oldest
     * wrong code is older than the window. It counts over all purposes and challenges, so that new challenges allow no
     * additional guesses; success clears it.
     *
     * @return at most 100 failures; 10 within an hour by default
     */
    public RateLimit failureLimit() {
        return failureLimit;
    }

    /**
     * Returns the average number of guesses per day that are answered for one recipient, if an attacker requests codes
     * and guesses as often as possible: bounded by the attempts of all codes that may be sent, or by the failure limit,
     * the lower of the two.
     */
    double guessesPerDay() {
        double codes = Double.POSITIVE_INFINITY;
        for (RateLimit limit : sendLimits) {
            codes = Math.min(codes, limit.perDay());
        }
        return Math.min(codes * maxAttempts, failureLimit.perDay());
    }

    @Override
    public String toString() {
        return "OtpPolicy[length=" + length + ", alphabet=" + alphabet.characters() + ", expiry=" + expiry
                + ", maxAttempts=" + maxAttempts + ", resend=" + resend + ", resendCooldown=" + resendCooldown
                + ", sendLimits=" + sendLimits + ", failureLimit=" + failureLimit + "]";
    }

    /** Builds a policy. Not thread-safe; each setter checks its range at once. */
    public static final class Builder {
        private int length = 6;
        private Alphabet alphabet = Alphabet.DIGITS;
        private Duration expiry = Duration.ofMinutes(5);
        private int maxAttempts = 5;
        private Resend resend = Resend.REUSE;
        private Duration resendCooldown = Duration.ofSeconds(30);
        private List<RateLimit> sendLimits =
                List.of(RateLimit.of(5, Duration.ofMinutes(10)), RateLimit.of(10, Duration.ofDays(1)));
        private RateLimit failureLimit = RateLimit.of(10, Duration.ofHours(1));

        private Builder() {}

        private Builder(OtpPolicy policy) {
            length = policy.length;
            alphabet = policy.alphabet;
            expiry = policy.expiry;
            maxAttempts = policy.maxAttempts;
            resend = policy.resend;
            resendCooldown = policy.resendCooldown;
            sendLimits = policy.sendLimits;
            failureLimit = policy.failureLimit;
        }

        /**
         * Sets the number of characters of a code; 6 by default.
         *
         * @param length 4 to 12
         * @return this builder
         */
        public Builder length(int length) {
            this.length = Arguments.within("length", length, 4, 12);
            return this;
        }

        /**
         * Sets the characters that codes are made of; {@link Alphabet#DIGITS} by default.
         *
         * @param alphabet the characters
         * @return this builder
         */
        public Builder alphabet(Alphabet alphabet) {
            this.alphabet = Objects.requireNonNull(alphabet, "alphabet must not be null");
            return this;
        }

        /**
         * Sets the time for which a code is valid after it was sent; 5 minutes by default.
         *
         * @param expiry more than zero, at most 24 hours; cut to whole milliseconds, at least one
         * @return this builder
         */
        public Builder expiry(Duration expiry) {
            long millis =
                    Arguments.positive("expiry", expiry, PolicyLimits.MAX_LIFE).toMillis();
            this.expiry = Duration.ofMillis(Math.max(1, millis));
            return this;
        }

        /**
         * Sets the number of guesses that are answered for one challenge; 5 by default.
         *
         * @param maxAttempts 1 to 10
         * @return this builder
         */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = Arguments.within("maxAttempts", maxAttempts, 1, PolicyLimits.MAX_ATTEMPTS);
            return this;
        }

        /**
         * Sets the effect of a second send while the code is valid; {@link Resend#REUSE} by default.
         *
         * @param resend to repeat the code, or to replace it by a new one
         * @return this builder
         */
        public Builder resend(Resend resend) {
            this.resend = Objects.requireNonNull(resend, "resend must not be null");
            return this;
        }

        /**
         * Sets the minimum time between two sends for a live challenge; 30 seconds by default.
         *
         * @param resendCooldown zero to 24 hours, cut to whole milliseconds
         * @return this builder
         */
        public Builder resendCooldown(Duration resendCooldown) {
            Arguments.within("resendCooldown", resendCooldown, Duration.ZERO, PolicyLimits.MAX_LIFE);
            this.resendCooldown = Duration.ofMillis(resendCooldown.toMillis());
            return this;
        }

        /**
         * Replaces the limits on sends per recipient; by default 5 within 10 minutes and 10 within 24 hours.
         *
         * @param sendLimits 1 to 10 limits, all of which apply; each of at most 100 sends
         * @return this builder
         * @throws IllegalArgumentException if there is none, since every send costs money, or one is out of range
         */
        public Builder sendLimits(RateLimit... sendLimits) {
            Objects.requireNonNull(sendLimits, "sendLimits must not be null");
            Arguments.within("number of sendLimits", sendLimits.length, 1, 10);
            for (RateLimit limit : sendLimits) {
                Objects.requireNonNull(limit, "sendLimits must not have null");
                Arguments.within("max of sendLimits", limit.max(), 1, PolicyLimits.MAX_EVENTS);
            }
            this.sendLimits = List.of(sendLimits);
            return this;
        }

        /**
         * Sets the limit on wrong codes per recipient; 10 within an hour by default. Failures older than the window are
         * no longer counted: to disable an account after 100 consecutive failures (NIST SP 800-63B-4, 3.2.2), count
         * them in a listener.
         *
         * @param failureLimit a limit of at most 100 failures
         * @return this builder
         */
        public Builder failureLimit(RateLimit failureLimit) {
            Objects.requireNonNull(failureLimit, "failureLimit must not be null");
            Arguments.within("max of failureLimit", failureLimit.max(), 1, PolicyLimits.MAX_EVENTS);
            this.failureLimit = failureLimit;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @return an immutable policy
         * @throws IllegalStateException if the chance to guess a code with all its attempts is above 1/1000
         */
        public OtpPolicy build() {
            double codes = Math.pow(alphabet.size(), length);
            if (maxAttempts / codes > 0.001) {
                throw new IllegalStateException("maxAttempts / alphabet^length must be at most 1/1000, but was "
                        + maxAttempts + " / " + alphabet.size() + "^" + length);
            }
            return new OtpPolicy(this);
        }
    }
}
