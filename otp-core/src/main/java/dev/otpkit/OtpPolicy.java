package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.rules.PolicyLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How long a code is, how long it lives, how often it may be guessed and sent. Immutable.
 *
 * <p>A request's purpose picks the policy ({@link OtpManager.Builder#policy(String, OtpPolicy)}); sends and failures
 * count per recipient over all purposes. The defaults are those of {@link #defaults()}: 6 digits, 5 minutes, 5
 * attempts, a resend after 30 seconds that repeats the code, 5 sends within 10 minutes and 10 within a day, 10 failures
 * within an hour.
 *
 * <p>NIST SP 800-63B-4 (3.1.3.2) and OWASP ASVS 5.0 (6.5.5) ask for a life of at most ten minutes; a policy whose codes
 * could live longer is allowed, and the manager warns when it is built.
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
     * Returns the policy of someone who changes nothing.
     *
     * @return the defaults above
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
     * Returns a builder that holds the values of this policy, for one that differs in some of them. Changing the
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
     * Returns what codes are made of.
     *
     * @return {@link Alphabet#DIGITS} by default
     */
    public Alphabet alphabet() {
        return alphabet;
    }

    /**
     * Returns how long a code is valid after it was sent.
     *
     * @return more than zero, at most 24 hours; 5 minutes by default
     */
    public Duration expiry() {
        return expiry;
    }

    /**
     * Returns how many guesses at one challenge are answered. Each is counted before its answer is known, so that
     * racing guesses get no more answers than others, and a resend does not restore any.
     *
     * @return 1 to 10; 5 by default
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Returns what a second send does while the code is alive.
     *
     * @return {@link Resend#REUSE} by default
     */
    public Resend resend() {
        return resend;
    }

    /**
     * Returns how long a live challenge must rest between two sends.
     *
     * @return zero to 24 hours; 30 seconds by default
     */
    public Duration resendCooldown() {
        return resendCooldown;
    }

    /**
     * Returns the limits on sends per recipient, over all purposes; all of them hold. Sends that reached no one count.
     *
     * @return at least one; by default 5 within 10 minutes and 10 within 24 hours
     */
    public List<RateLimit> sendLimits() {
        return sendLimits;
    }

    /**
     * Returns the limit on wrong codes per recipient, after which the recipient is locked until the oldest has aged. It
     * counts over all purposes and challenges, so that new challenges buy no more guesses; success clears it.
     *
     * @return 10 within an hour by default
     */
    public RateLimit failureLimit() {
        return failureLimit;
    }

    /**
     * Returns how many guesses a day are answered for one recipient, on average, to someone who has a code sent and
     * guesses whenever it is possible: by the attempts of as many codes as may be sent, or by the failures, whichever
     * ends first.
     */
    double guessesPerDay() {
        double codes = sendLimits.stream().mapToDouble(RateLimit::perDay).min().orElseThrow();
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
         * Sets what codes are made of; digits by default.
         *
         * @param alphabet the characters
         * @return this builder
         */
        public Builder alphabet(Alphabet alphabet) {
            this.alphabet = Objects.requireNonNull(alphabet, "alphabet must not be null");
            return this;
        }

        /**
         * Sets how long a code is valid after it was sent; 5 minutes by default.
         *
         * @param expiry more than zero, at most 24 hours; cut to whole milliseconds, of which it has at least one
         * @return this builder
         */
        public Builder expiry(Duration expiry) {
            long millis =
                    Arguments.positive("expiry", expiry, PolicyLimits.MAX_LIFE).toMillis();
            this.expiry = Duration.ofMillis(Math.max(1, millis));
            return this;
        }

        /**
         * Sets how many guesses at one challenge are answered; 5 by default.
         *
         * @param maxAttempts 1 to 10
         * @return this builder
         */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = Arguments.within("maxAttempts", maxAttempts, 1, PolicyLimits.MAX_ATTEMPTS);
            return this;
        }

        /**
         * Sets what a second send does while the code is alive; {@link Resend#REUSE} by default.
         *
         * @param resend repeat the code, or make a new one
         * @return this builder
         */
        public Builder resend(Resend resend) {
            this.resend = Objects.requireNonNull(resend, "resend must not be null");
            return this;
        }

        /**
         * Sets how long a live challenge must rest between two sends; 30 seconds by default.
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
         * @param sendLimits one or more, all of which hold; each of at most 100 sends
         * @return this builder
         * @throws IllegalArgumentException if there is none, since unlimited sends are somebody's bill
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
         * forgotten: whoever must end an account after 100 in a row (NIST SP 800-63B-4, 3.2.2) counts them in a
         * listener.
         *
         * @param failureLimit at most 100 failures
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
         * @throws IllegalStateException if someone who uses up all attempts would guess a code with a chance over
         *     1/1000
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
