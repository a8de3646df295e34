package dev.otpkit.internal.state;

import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.ConversionThresholds;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.spi.OtpStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The unverified sends and the verified codes of countries and clients, over the store's counters in fixed windows of
 * an hour and a day. Thread-safe; moments are epoch milliseconds.
 *
 * <p>A send is counted before it is compared with its threshold, so no number of concurrent sends passes it. The counts
 * of verified codes are read only for a send that is above the least threshold.
 */
public final class ConversionCounters {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HISTORY = Duration.ofDays(ConversionThresholds.DAYS + 2);

    private final OtpStore store;
    private final KeyDerivation derivations;
    private final List<KeyDerivation> secrets;

    /** The best day before today of each country, of which there are about 250. */
    private final Map<String, Best> bestDays = new ConcurrentHashMap<>();

    /**
     * Creates counters.
     *
     * @param secrets the derivations of each secret: first those under which codes are sent, then those under which
     *     codes of earlier days were verified
     */
    public ConversionCounters(OtpStore store, List<KeyDerivation> secrets) {
        this.store = store;
        this.derivations = secrets.get(0);
        this.secrets = List.copyOf(secrets);
    }

    /** A kind of keys. */
    public enum Group {
        /** Countries, by region. */
        COUNTRY,
        /** Clients, by the number of their tag. */
        CLIENT
    }

    /** The best of the days before a day. */
    private record Best(long day, long verified) {}

    /**
     * A threshold that is exceeded.
     *
     * @param count the number of unverified sends, with this one
     * @param threshold the greatest usual number
     * @param window the window in which they count
     * @param retryAfter the start of the next window
     */
    public record Excess(long count, long threshold, Duration window, Instant retryAfter) {}

    /** A send that is counted as unverified. */
    public final class Counted {
        private final Group group;
        private final String key;
        private final long now;
        private final long inHour;
        private final long inDay;

        private Counted(Group group, String key, long now) {
            this.group = group;
            this.key = key;
            this.now = now;
            this.inHour = unverified(derivations, group, key, HOUR, now, 1);
            try {
                this.inDay = unverified(derivations, group, key, DAY, now, 1);
            } catch (Throwable e) {
                try {
                    unverified(derivations, group, key, HOUR, now, -1);
                } catch (RuntimeException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }

        /** Returns the threshold that the send exceeds: that of the day first, which lasts longer. */
        public Optional<Excess> excess() {
            Excess excess = group == Group.COUNTRY ? ofCountry() : ofClient();
            return Optional.ofNullable(excess);
        }

        /** Takes the send out of the counts, since it did not take place. */
        public void release() {
            unverified(derivations, group, key, HOUR, now, -1);
            unverified(derivations, group, key, DAY, now, -1);
        }

        private @Nullable Excess ofCountry() {
            if (inDay <= ConversionThresholds.COUNTRY_DAY && inHour <= ConversionThresholds.COUNTRY_HOUR) {
                return null;
            }
            long best = bestDay(key, now);
            if (inDay <= ConversionThresholds.countryDay(best) && inHour <= ConversionThresholds.countryHour(best, 0)) {
                return null;
            }
            best = Math.max(best, verified(DAY, now));
            if (inDay > ConversionThresholds.countryDay(best)) {
                return excess(inDay, ConversionThresholds.countryDay(best), DAY);
            }
            if (inHour > ConversionThresholds.countryHour(best, 0)) {
                long threshold = ConversionThresholds.countryHour(best, latest(HOUR));
                return inHour > threshold ? excess(inHour, threshold, HOUR) : null;
            }
            return null;
        }

        private @Nullable Excess ofClient() {
            if (inDay <= ConversionThresholds.CLIENT_DAY && inHour <= ConversionThresholds.CLIENT_HOUR) {
                return null;
            }
            long verified = latest(DAY);
            if (inDay > ConversionThresholds.clientDay(verified)) {
                return excess(inDay, ConversionThresholds.clientDay(verified), DAY);
            }
            if (inHour > ConversionThresholds.clientHour(verified)) {
                return excess(inHour, ConversionThresholds.clientHour(verified), HOUR);
            }
            return null;
        }

        private Excess excess(long count, long threshold, Duration window) {
            long length = window.toMillis();
            return new Excess(
                    count, threshold, window, Instant.ofEpochMilli((Math.floorDiv(now, length) + 1) * length));
        }

        /** Returns the verified codes of this window or of the one before, where there are more. */
        private long latest(Duration window) {
            return Math.max(verified(window, now), verified(window, now - window.toMillis()));
        }

        private long verified(Duration window, long moment) {
            return ConversionCounters.this.verified(derivations, group, key, window, moment, 0);
        }
    }

    /** Counts a send as unverified. If the store fails, it is not counted. */
    public Counted count(Group group, String key, long now) {
        return new Counted(group, key, now);
    }

    /**
     * Takes sends that were counted out of the unverified ones, since their code was verified.
     *
     * @param derivations those of the secret under which they were counted
     * @param sentAt the moment of the last of them
     */
    public void takeBack(KeyDerivation derivations, Group group, String key, int sends, long sentAt) {
        unverified(derivations, group, key, HOUR, sentAt, -sends);
        unverified(derivations, group, key, DAY, sentAt, -sends);
    }

    /** Counts a verified code of a client, and returns the number of those of the day. */
    public long addVerifiedOfClient(KeyDerivation derivations, String client, long now) {
        return verified(derivations, Group.CLIENT, client, DAY, now, 1);
    }

    /** Counts a verified code of a country. */
    public void addVerifiedOfCountry(KeyDerivation derivations, String country, long now) {
        verified(derivations, Group.COUNTRY, country, HOUR, now, 1);
        verified(derivations, Group.COUNTRY, country, DAY, now, 1);
    }

    private long bestDay(String country, long now) {
        long day = Math.floorDiv(now, DAY.toMillis());
        Best known = bestDays.get(country);
        if (known != null && known.day == day) {
            return known.verified;
        }
        long best = 0;
        for (int i = 1; i <= ConversionThresholds.DAYS; i++) {
            long moment = now - i * DAY.toMillis();
            long verified = 0;
            for (KeyDerivation each : secrets) {
                verified += verified(each, Group.COUNTRY, country, DAY, moment, 0);
            }
            best = Math.max(best, verified);
        }
        bestDays.put(country, new Best(day, best));
        return best;
    }

    private long unverified(
            KeyDerivation derivations, Group group, String key, Duration window, long moment, long delta) {
        return add(derivations, "unverified " + group + " ", key, window, moment, delta, window);
    }

    private long verified(
            KeyDerivation derivations, Group group, String key, Duration window, long moment, long delta) {
        Duration life = group == Group.COUNTRY && window.equals(DAY) ? HISTORY : window.plus(window);
        return add(derivations, "verified " + group + " ", key, window, moment, delta, life);
    }

    private long add(
            KeyDerivation derivations,
            String name,
            String key,
            Duration window,
            long moment,
            long delta,
            Duration life) {
        long number = Math.floorDiv(moment, window.toMillis());
        return store.increment(derivations.counter(name + window, key, number), delta, life.plus(PolicyLimits.MARGIN));
    }
}
