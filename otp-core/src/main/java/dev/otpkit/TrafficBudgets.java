package dev.otpkit;

import dev.otpkit.TrafficLimits.Mode;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.event.OtpEvent.TrafficLimited.Budget;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.input.ClientAddress;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ConversionThresholds;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.ConversionCounters;
import dev.otpkit.internal.state.ConversionCounters.Counted;
import dev.otpkit.internal.state.ConversionCounters.Excess;
import dev.otpkit.internal.state.ConversionCounters.Group;
import dev.otpkit.internal.state.DistinctLimiter;
import dev.otpkit.internal.state.KeyedRateLimiter;
import dev.otpkit.spi.OtpStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The budgets for messages over all recipients, and the conversion, as {@link TrafficLimits} configures them.
 * Thread-safe.
 *
 * <p>A send acquires its permits inside the rule that issues its challenge: only if the limits of the recipient allow
 * it, and before anything is committed. The narrowest budget comes first, so that an attack that it stops takes nothing
 * from those that others share.
 */
final class TrafficBudgets {
    private static final String ALL = "all";
    private static final int SUBSCRIBER_DIGITS = 4;

    /** Stands for the client of a request without one. */
    private static final long NO_CLIENT = 0;

    private final TrafficLimits limits;
    private final KeyDerivation derivations;
    private final RecipientRules rules;
    private final EventPublisher events;
    private final KeyedRateLimiter clients;
    private final KeyedRateLimiter prefixes;
    private final KeyedRateLimiter countries;
    private final Map<String, KeyedRateLimiter> ownCountries = new HashMap<>();
    private final KeyedRateLimiter all;
    private final @Nullable DistinctLimiter countriesPerClient;
    private final ConversionCounters conversion;

    /**
     * Creates budgets.
     *
     * @param secrets the derivations of each secret, the current one first
     */
    TrafficBudgets(
            TrafficLimits limits,
            OtpStore store,
            List<KeyDerivation> secrets,
            RecipientRules rules,
            EventPublisher events) {
        this.limits = limits;
        this.derivations = secrets.get(0);
        this.rules = rules;
        this.events = events;
        this.clients = new KeyedRateLimiter("traffic of a client", limits.perClient(), store, derivations);
        this.prefixes = new KeyedRateLimiter("traffic of a prefix", limits.perPrefix(), store, derivations);
        this.countries = new KeyedRateLimiter("traffic of a country", limits.perCountry(), store, derivations);
        limits.countries()
                .forEach((country, limit) -> ownCountries.put(
                        country, new KeyedRateLimiter("traffic of a country", limit, store, derivations)));
        this.all = new KeyedRateLimiter("traffic in all", limits.inAll(), store, derivations);
        RateLimit distinct = limits.countriesPerClient();
        this.countriesPerClient =
                distinct == null ? null : new DistinctLimiter("countries of a client", distinct, store, derivations);
        this.conversion = new ConversionCounters(store, secrets);
    }

    /** Returns the check of a send. */
    TrafficCheck check(SendCall call) {
        return new Check(call);
    }

    /**
     * Credits a right code to the sends of its challenge: to the country, and to the clients that requested them. It
     * never throws an exception.
     *
     * @param derivations those of the secret that the challenge belongs to
     * @param now the moment of the verification
     * @param failed receives the exception of a store that could not do it
     */
    void credit(
            KeyDerivation derivations,
            Recipient recipient,
            Challenge used,
            long now,
            Consumer<RuntimeException> failed) {
        List<Long> masked = used.trace().clients();
        if (limits.conversion().isEmpty() || masked.isEmpty() || !(recipient instanceof PhoneNumber phone)) {
            return;
        }
        try {
            credit(derivations, phone, masked, used.lastSentAt(), now);
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    private void credit(KeyDerivation derivations, PhoneNumber phone, List<Long> masked, long sentAt, long now) {
        String country = phone.region();
        long mask = derivations.clientMask(phone);
        Map<Long, Integer> sends = new LinkedHashMap<>();
        masked.forEach(each -> sends.merge(each ^ mask, 1, Integer::sum));
        conversion.takeBack(derivations, Group.COUNTRY, country, masked.size(), sentAt);
        sends.forEach((client, number) -> {
            if (client != NO_CLIENT) {
                conversion.takeBack(derivations, Group.CLIENT, nameOf(client), number, sentAt);
            }
        });
        long latest = masked.get(masked.size() - 1) ^ mask;
        if (latest == NO_CLIENT
                || conversion.addVerifiedOfClient(derivations, nameOf(latest), now)
                        <= ConversionThresholds.MAX_CREDIT) {
            conversion.addVerifiedOfCountry(derivations, country, now);
        }
    }

    private static String nameOf(long clientTag) {
        return Long.toHexString(clientTag);
    }

    /** The check of one send. */
    private final class Check implements TrafficCheck {
        private final SendCall call;
        private final @Nullable PhoneNumber phone;
        private final @Nullable String country;
        private final @Nullable String client;
        private final long clientTag;
        private final List<KeyedRateLimiter.Permit> permits = new ArrayList<>(4);
        private final List<Counted> unverified = new ArrayList<>(2);
        private final List<TrafficFinding> findings = new ArrayList<>(0);
        private @Nullable TrafficFinding refusal;
        private boolean acquired;
        private boolean acquiredAsKnown;
        private boolean traced;

        Check(SendCall call) {
            this.call = call;
            this.phone = call.recipient() instanceof PhoneNumber number ? number : null;
            this.country = phone == null ? null : phone.region();
            String address = call.request().clientAddress();
            this.client = address == null ? null : ClientAddress.canonical(address);
            this.clientTag =
                    client == null || limits.conversion().isEmpty() ? NO_CLIENT : derivations.clientTag(client);
        }

        @Override
        public Issue admit(Issue.Issued issued, RecipientState state, long now) {
            // After a conflict the rule runs again on another state, which may differ in this.
            boolean known = limits.exemptsVerified() && rules.hasSucceeded(state, now);
            if (!acquired || known != acquiredAsKnown) {
                release();
                refusal = acquire(known, now).orElse(null);
                acquired = true;
                acquiredAsKnown = known;
            }
            if (refusal != null) {
                return new Issue.Refused(
                        SendResult.Refused.Reason.TRAFFIC_LIMITED, refusal.retryAfter(), Optional.empty());
            }
            return traced
                    ? RecipientRules.requestedBy(issued, clientTag ^ derivations.clientMask(call.recipient()), now)
                    : issued;
        }

        @Override
        public void publish() {
            findings.forEach(finding -> events.trafficLimited(finding, call));
        }

        @Override
        public void release() {
            permits.forEach(KeyedRateLimiter.Permit::release);
            permits.clear();
            releaseUnverified();
            findings.clear();
            traced = false;
        }

        private void releaseUnverified() {
            for (Counted each : unverified) {
                try {
                    each.release();
                } catch (RuntimeException e) {
                    aside("could not take back a send that is not counted", e);
                }
            }
            unverified.clear();
        }

        /** Returns the budget that refuses the send; then no permit is kept. */
        private Optional<TrafficFinding> acquire(boolean known, long now) {
            Optional<TrafficFinding> refused = acquireEach(known, now);
            if (refused.isPresent()) {
                List<TrafficFinding> found = List.copyOf(findings);
                release();
                findings.addAll(found);
                findings.add(refused.get());
            }
            return refused;
        }

        private Optional<TrafficFinding> acquireEach(boolean known, long now) {
            return permit(Budget.CLIENT, clients, client, now)
                    .or(() -> permit(Budget.PREFIX, prefixes, prefix(), now))
                    .or(() -> known || country == null
                            ? Optional.empty()
                            : permit(Budget.COUNTRY, ownCountries.getOrDefault(country, countries), country, now))
                    .or(() -> permit(Budget.IN_ALL, all, ALL, now))
                    .or(() -> conversion(known, now))
                    .or(() -> anotherCountry(now));
        }

        private @Nullable String prefix() {
            return phone == null
                    ? null
                    : phone.address().substring(0, phone.address().length() - SUBSCRIBER_DIGITS);
        }

        private Optional<TrafficFinding> permit(
                Budget budget, KeyedRateLimiter limiter, @Nullable String key, long now) {
            KeyedRateLimiter.Acquisition acquisition =
                    limiter.tryAcquire(key, now, e -> aside("could not release a permit of a traffic limit", e));
            if (acquisition instanceof KeyedRateLimiter.Refused refused && key != null) {
                return Optional.of(new TrafficFinding(
                        budget,
                        shown(budget, key),
                        refused.count(),
                        refused.limit().max(),
                        refused.limit().window(),
                        refused.retryAfter(),
                        true));
            }
            permits.add((KeyedRateLimiter.Permit) acquisition);
            return Optional.empty();
        }

        private Optional<TrafficFinding> conversion(boolean known, long now) {
            Mode mode = limits.conversion().orElse(null);
            if (mode == null || country == null) {
                return Optional.empty();
            }
            try {
                return conversion(mode, country, known, now);
            } catch (RuntimeException e) {
                if (mode == Mode.ENFORCE) {
                    throw e;
                }
                // The record names no client of a send that is not counted, so nothing would be credited.
                releaseUnverified();
                aside("sent without counting the conversion", e);
                return Optional.empty();
            }
        }

        private Optional<TrafficFinding> conversion(Mode mode, String country, boolean known, long now) {
            if (client != null) {
                Optional<TrafficFinding> refused =
                        count(Budget.CLIENT_CONVERSION, Group.CLIENT, nameOf(clientTag), client, false, mode, now);
                if (refused.isPresent()) {
                    return refused;
                }
            }
            Optional<TrafficFinding> refused =
                    count(Budget.COUNTRY_CONVERSION, Group.COUNTRY, country, country, known, mode, now);
            traced = refused.isEmpty();
            return refused;
        }

        /** Counts an unverified send, and returns the threshold that refuses it; an exempt send has none. */
        private Optional<TrafficFinding> count(
                Budget budget, Group group, String name, String key, boolean exempt, Mode mode, long now) {
            Counted counted = conversion.count(group, name, now);
            unverified.add(counted);
            Excess excess = exempt ? null : counted.excess().orElse(null);
            if (excess == null) {
                return Optional.empty();
            }
            TrafficFinding finding = new TrafficFinding(
                    budget,
                    shown(budget, key),
                    excess.count(),
                    excess.threshold(),
                    excess.window(),
                    excess.retryAfter(),
                    mode == Mode.ENFORCE);
            if (mode == Mode.ENFORCE) {
                return Optional.of(finding);
            }
            findings.add(finding);
            return Optional.empty();
        }

        private Optional<TrafficFinding> anotherCountry(long now) {
            if (countriesPerClient == null || client == null || country == null) {
                return Optional.empty();
            }
            return countriesPerClient
                    .refusal(client, country, now)
                    .map(refused -> new TrafficFinding(
                            Budget.COUNTRIES_OF_CLIENT,
                            shown(Budget.COUNTRIES_OF_CLIENT, client),
                            refused.count(),
                            refused.limit().max(),
                            refused.limit().window(),
                            refused.retryAfter(),
                            true));
        }

        private String shown(Budget budget, String key) {
            return switch (budget) {
                case CLIENT, CLIENT_CONVERSION, COUNTRIES_OF_CLIENT -> derivations.clientLogTag(key);
                case IN_ALL, COUNTRY, COUNTRY_CONVERSION, PREFIX -> key;
            };
        }

        private void aside(String undone, RuntimeException e) {
            events.storeFailedAside(Operation.SEND, undone, call.recipient(), call.purpose(), e, call.watch());
        }
    }
}
