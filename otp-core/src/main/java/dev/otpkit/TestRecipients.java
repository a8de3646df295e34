package dev.otpkit;

import dev.otpkit.internal.input.CodeParser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recipients with a fixed code, each for one purpose and until a moment. Thread-safe. */
final class TestRecipients {
    private static final Logger LOG = LoggerFactory.getLogger(Loggers.ENGINE);
    private static final Duration MAX_TIME = Duration.ofDays(90);

    private final Map<Key, FixedCode> codes;
    private final InstantSource clock;
    private final Set<Key> expired = ConcurrentHashMap.newKeySet();

    private TestRecipients(Map<Key, FixedCode> codes, InstantSource clock) {
        this.codes = Map.copyOf(codes);
        this.clock = clock;
    }

    /** A test recipient as configured, whose address is read once the default region is known. */
    record Entry(Function<@Nullable String, Recipient> recipient, String purpose, String code, Instant until) {
        @Override
        public String toString() {
            return "TestRecipient[purpose=" + purpose + ", until=" + until + "]";
        }
    }

    private record Key(Recipient recipient, String purpose) {}

    record FixedCode(String code, Instant until) {
        @Override
        public String toString() {
            return "FixedCode[until=" + until + "]";
        }
    }

    /**
     * Returns the test recipients of these entries, and logs a warning for each.
     *
     * @throws IllegalStateException if a code does not fit its policy, or a moment is too far away
     * @throws InvalidRecipientException if an address is no recipient
     */
    static TestRecipients of(
            List<Entry> entries, @Nullable String defaultRegion, Policies policies, InstantSource clock) {
        Map<Key, FixedCode> codes = new HashMap<>();
        Instant latest = clock.instant().plus(MAX_TIME);
        for (Entry entry : entries) {
            Recipient recipient = entry.recipient().apply(defaultRegion);
            OtpPolicy policy = policies.of(entry.purpose());
            if (!CodeParser.fits(entry.code(), policy)) {
                throw new IllegalStateException("code of test recipient " + recipient + " must fit " + policy
                        + ", but has " + entry.code().length() + " characters or others than those");
            }
            if (entry.until().isAfter(latest)) {
                throw new IllegalStateException("until of test recipient " + recipient + " must be at most "
                        + MAX_TIME.toDays() + " days away, which is " + latest + ", but was " + entry.until());
            }
            LOG.warn(
                    "test recipient {} has a fixed code for purpose {} until {}:"
                            + " guesses at it add up from day to day, and over each renewal of the same code",
                    recipient,
                    entry.purpose(),
                    entry.until());
            codes.put(new Key(recipient, entry.purpose()), new FixedCode(entry.code(), entry.until()));
        }
        return new TestRecipients(codes, clock);
    }

    /**
     * Returns the fixed code of a recipient; empty if there is none or its time is over. The first look-up after that
     * time is logged at WARN.
     */
    Optional<String> codeOf(Recipient recipient, String purpose) {
        Key key = new Key(recipient, purpose);
        FixedCode fixed = codes.get(key);
        if (fixed == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(fixed.until())) {
            if (expired.add(key)) {
                LOG.warn(
                        "ignoring the test recipient {} for {} from now on, whose time was over at {}",
                        recipient,
                        purpose,
                        fixed.until());
            }
            return Optional.empty();
        }
        return Optional.of(fixed.code());
    }
}
