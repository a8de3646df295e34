package dev.otpkit;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Budgets for messages over all recipients, against SMS pumping: sends to numbers that earn money for the attacker. Set
 * them by {@link OtpManager.Builder#trafficLimits}; the page "SMS pumping" explains the choice. Immutable.
 *
 * <pre>{@code
 * TrafficLimits limits = TrafficLimits.builder()
 *         .inAll(RateLimit.of(20_000, Duration.ofDays(1)))
 *         .perCountry(RateLimit.of(500, Duration.ofDays(1)))
 *         .country("SA", RateLimit.of(10_000, Duration.ofDays(1)))
 *         .perPrefix(RateLimit.of(20, Duration.ofHours(1)))
 *         .perClient(RateLimit.of(20, Duration.ofHours(1)))
 *         .countriesPerClient()
 *         .conversion(TrafficLimits.Mode.RECORD)
 *         .build();
 * }</pre>
 *
 * <p>A send that a budget does not allow is refused as {@link SendResult.Refused.Reason#TRAFFIC_LIMITED}, after the
 * limits of the recipient and before a message leaves; nothing is counted then. A send counts from the moment before
 * its challenge is committed, and no longer if certainly no channel delivered it. Sends to test recipients and in
 * development mode do not count; {@linkplain OtpRequest#decoy() decoys} count like other sends.
 *
 * <p>A {@link RateLimit} is estimated as for {@link OtpManager.Builder#clientSendLimit}: within one window at most
 * twice the number gets through. {@link Builder#countriesPerClient} and {@link Builder#conversion} count in fixed
 * windows, which begin at multiples of their length since 1970 in UTC, with the same bound.
 *
 * <p>Phone numbers count under all budgets. Email addresses count under {@link Builder#inAll} and
 * {@link Builder#perClient} alone. A request without a {@link OtpRequest#clientAddress} counts under no budget of a
 * client.
 */
public final class TrafficLimits {
    private static final RateLimit USUAL_COUNTRIES = RateLimit.of(3, Duration.ofDays(1));

    private final @Nullable RateLimit inAll;
    private final @Nullable RateLimit perCountry;
    private final Map<String, RateLimit> countries;
    private final @Nullable RateLimit perPrefix;
    private final @Nullable RateLimit perClient;
    private final @Nullable RateLimit countriesPerClient;
    private final @Nullable Mode conversion;
    private final boolean exemptVerified;

    private TrafficLimits(Builder builder) {
        this.inAll = builder.inAll;
        this.perCountry = builder.perCountry;
        this.countries = Collections.unmodifiableMap(new TreeMap<>(builder.countries));
        this.perPrefix = builder.perPrefix;
        this.perClient = builder.perClient;
        this.countriesPerClient = builder.countriesPerClient;
        this.conversion = builder.conversion;
        this.exemptVerified = builder.exemptVerified;
    }

    /** The effect of a threshold on a send that exceeds it. */
    public enum Mode {
        /** The send is logged and published as an event, and goes on. */
        RECORD,
        /** The send is logged, published as an event and refused. */
        ENFORCE
    }

    /**
     * Returns a builder.
     *
     * @return a builder without any budget
     */
    public static Builder builder() {
        return new Builder();
    }

    @Nullable RateLimit inAll() {
        return inAll;
    }

    /** Returns the limits of single countries, by region. */
    Map<String, RateLimit> countries() {
        return countries;
    }

    /** Returns the limit of each country without one of its own. */
    @Nullable RateLimit perCountry() {
        return perCountry;
    }

    @Nullable RateLimit perPrefix() {
        return perPrefix;
    }

    @Nullable RateLimit perClient() {
        return perClient;
    }

    @Nullable RateLimit countriesPerClient() {
        return countriesPerClient;
    }

    Optional<Mode> conversion() {
        return Optional.ofNullable(conversion);
    }

    boolean exemptsVerified() {
        return exemptVerified;
    }

    /** Returns the settings, which are safe to log. */
    @Override
    public String toString() {
        return "TrafficLimits[inAll=" + inAll + ", perCountry=" + perCountry + ", countries=" + countries
                + ", perPrefix=" + perPrefix + ", perClient=" + perClient + ", countriesPerClient="
                + countriesPerClient + ", conversion=" + conversion + ", exemptVerified=" + exemptVerified + "]";
    }

    /** Builds budgets, each of which is optional. Not thread-safe; each setter checks its own range at once. */
    public static final class Builder {
        private @Nullable RateLimit inAll;
        private @Nullable RateLimit perCountry;
        private final Map<String, RateLimit> countries = new TreeMap<>();
        private @Nullable RateLimit perPrefix;
        private @Nullable RateLimit perClient;
        private @Nullable RateLimit countriesPerClient;
        private @Nullable Mode conversion;
        private boolean exemptVerified;

        private Builder() {}

        /**
         * Limits the sends to all recipients together: the most that an attack can cost. None by default.
         *
         * @param limit the number of sends and the window; several times the usual number, since a used-up budget
         *     refuses everyone
         * @return this builder
         */
        public Builder inAll(RateLimit limit) {
            this.inAll = checked(limit);
            return this;
        }

        /**
         * Limits the sends to the numbers of each country without {@linkplain #country a limit of its own}; none by
         * default. The country of a number is its {@link PhoneNumber#region()}.
         *
         * @param limit the number of sends and the window, for each country alone
         * @return this builder
         */
        public Builder perCountry(RateLimit limit) {
            this.perCountry = checked(limit);
            return this;
        }

        /**
         * Limits the sends to the numbers of one country, in place of {@link #perCountry}; a second call for the same
         * country replaces the first.
         *
         * @param country an ISO 3166 code such as {@code SA}, in any case
         * @param limit the number of sends and the window
         * @return this builder
         */
        public Builder country(String country, RateLimit limit) {
            Objects.requireNonNull(country, "country must not be null");
            countries.put(PhoneNumber.knownRegion("country", country), checked(limit));
            return this;
        }

        /**
         * Limits the sends to the numbers of each prefix, which is the number without its last four digits; none by
         * default. Attackers rent numbers in ranges of that length and longer.
         *
         * @param limit the number of sends and the window, for each prefix alone
         * @return this builder
         */
        public Builder perPrefix(RateLimit limit) {
            this.perPrefix = checked(limit);
            return this;
        }

        /**
         * Limits the sends that each client address requests; none by default. It differs from
         * {@link OtpManager.Builder#clientSendLimit} in its place after the limits of the recipient, in its reason and
         * in its event.
         *
         * @param limit the number of sends and the window, for each client alone
         * @return this builder
         */
        public Builder perClient(RateLimit limit) {
            this.perClient = checked(limit);
            return this;
        }

        /**
         * Limits the countries whose numbers each client address requests sends to, to 3 in 24 hours; without a limit
         * by default.
         *
         * @return this builder
         */
        public Builder countriesPerClient() {
            return countriesPerClient(USUAL_COUNTRIES);
        }

        /**
         * Limits the number of different countries to which each client address requests sends, within a fixed window;
         * without a limit by default. A country counts for a client from the first send that this limit allows, also if
         * the send is not committed or delivered after that.
         *
         * @param limit the number of countries and the length of the window
         * @return this builder
         */
        public Builder countriesPerClient(RateLimit limit) {
            this.countriesPerClient = checked(limit);
            return this;
        }

        /**
         * Watches the conversion, that is the share of sends whose codes are verified, in {@link Mode#RECORD}.
         *
         * @return this builder
         */
        public Builder conversion() {
            return conversion(Mode.RECORD);
        }

        /**
         * Watches the conversion, that is the share of sends whose codes are verified; not watched by default. Pumped
         * messages are never verified. A send to a phone number exceeds its threshold if more sends than that are
         * unverified in the current hour or day, itself included:
         *
         * <ul>
         *   <li>to a country within a day: 20, or 30 % of the verified codes of today or of the best of the 14 days
         *       before;
         *   <li>to a country within an hour: 3, or 20 % of a sixth of those of the best day, or 20 % of the verified
         *       codes of this hour or of the one before;
         *   <li>by a client within a day: 10, or 30 % of its verified codes of today or of yesterday;
         *   <li>by a client within an hour: 5, or 20 % of a sixth of these.
         * </ul>
         *
         * <p>In each line the greatest value holds. A send counts as unverified from the moment before it. A verified
         * code takes all sends of its challenge back, for the country and for the clients that requested them, and not
         * for the one that verifies. Of the verified codes of one client and day, at most 50 count for countries, so
         * that anyone who verifies numbers of their own raises the threshold of a country by at most 15 sends a day and
         * 10 an hour for each client address. Codes that were sent without a client address have no such cap.
         *
         * <p>Begin with {@link Mode#RECORD}, for at least two weeks, and look at the events: a country with few sends,
         * or a new one, has the least thresholds.
         *
         * @param mode the effect on a send that exceeds a threshold
         * @return this builder
         */
        public Builder conversion(Mode mode) {
            this.conversion = Objects.requireNonNull(mode, "mode must not be null");
            return this;
        }

        /**
         * Exempts recipients that verified a code within the last 90 days from the budgets of their country,
         * {@link #perCountry}, {@link #country} and {@link #conversion}, so that an attack on a country refuses new
         * recipients alone. Off by default.
         *
         * <p>While it is on, the moment of the last verified code is in the stored record, which is therefore kept for
         * 90 days. A change of the secret forgets it.
         *
         * @param exemptVerified true to exempt them
         * @return this builder
         */
        public Builder exemptVerified(boolean exemptVerified) {
            this.exemptVerified = exemptVerified;
            return this;
        }

        /**
         * Returns the budgets.
         *
         * @return immutable budgets
         * @throws IllegalStateException if there is no budget
         */
        public TrafficLimits build() {
            if (inAll == null
                    && perCountry == null
                    && countries.isEmpty()
                    && perPrefix == null
                    && perClient == null
                    && countriesPerClient == null
                    && conversion == null) {
                throw new IllegalStateException("traffic limits must have at least one budget");
            }
            return new TrafficLimits(this);
        }

        private static RateLimit checked(RateLimit limit) {
            return Objects.requireNonNull(limit, "limit must not be null");
        }
    }
}
