package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.input.ClientAddress;
import dev.otpkit.internal.input.Mailboxes;
import dev.otpkit.internal.state.KeyedRateLimiter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits on sends per client address and per mailbox, and the budgets for traffic; the limits per recipient are
 * rules. Thread-safe.
 */
final class SendLimits {
    /** The name of the limiter whose keys are mailboxes. */
    static final String MAILBOXES = "mailbox sends";

    private final KeyedRateLimiter clients;
    private final KeyedRateLimiter mailboxes;
    private final @Nullable TrafficBudgets traffic;
    private final InstantSource clock;
    private final EventPublisher events;

    SendLimits(
            KeyedRateLimiter clients,
            KeyedRateLimiter mailboxes,
            @Nullable TrafficBudgets traffic,
            InstantSource clock,
            EventPublisher events) {
        this.clients = clients;
        this.mailboxes = mailboxes;
        this.traffic = traffic;
        this.clock = clock;
        this.events = events;
    }

    /** Returns the check of a send against the budgets for traffic, which begins when a challenge is issued. */
    TrafficCheck traffic(SendCall call) {
        return traffic == null ? TrafficCheck.NONE : traffic.check(call);
    }

    /** The answer to a call that asks for permits. */
    sealed interface Acquisition permits Permits, Refused {}

    /** The permits of one send under the limits of client and mailbox. Not thread-safe. */
    static final class Permits implements Acquisition {
        private final List<KeyedRateLimiter.Permit> permits = new ArrayList<>(2);

        /** Takes the send out of both counts, since it did not take place. A second call does nothing. */
        void release() {
            permits.forEach(KeyedRateLimiter.Permit::release);
            permits.clear();
        }
    }

    /** The refusal of a permit under a limit, with the moment of the next one if no other call acquires it. */
    record Refused(Instant retryAfter, OtpEvent.Limit limit) implements Acquisition {}

    /**
     * Acquires a permit under each limit. If one is refused, or the store fails, none is kept.
     *
     * @throws OtpStoreException if the store cannot answer
     */
    Acquisition acquire(SendCall call) {
        long now = clock.millis();
        Permits permits = new Permits();
        try {
            KeyedRateLimiter.Acquisition client = acquire(clients, clientOf(call), now, call);
            if (client instanceof KeyedRateLimiter.Refused refused) {
                return refused(refused, OtpEvent.Limit.Scope.CLIENT);
            }
            permits.permits.add((KeyedRateLimiter.Permit) client);
            KeyedRateLimiter.Acquisition mailbox = acquire(mailboxes, mailboxOf(call), now, call);
            if (mailbox instanceof KeyedRateLimiter.Refused refused) {
                permits.release();
                return refused(refused, OtpEvent.Limit.Scope.MAILBOX);
            }
            permits.permits.add((KeyedRateLimiter.Permit) mailbox);
            return permits;
        } catch (Throwable e) {
            permits.release();
            throw e;
        }
    }

    private KeyedRateLimiter.Acquisition acquire(
            KeyedRateLimiter limiter, @Nullable String key, long now, SendCall call) {
        if (key == null) {
            return KeyedRateLimiter.UNCOUNTED;
        }
        return limiter.tryAcquire(
                key,
                now,
                e -> events.storeFailedAside(
                        Operation.SEND,
                        "could not release a permit of a send limit",
                        call.recipient(),
                        call.purpose(),
                        e,
                        call.watch()));
    }

    private @Nullable String clientOf(SendCall call) {
        String client = call.request().clientAddress();
        return clients.isUnlimited() || client == null ? null : ClientAddress.canonical(client);
    }

    private @Nullable String mailboxOf(SendCall call) {
        return !mailboxes.isUnlimited() && call.recipient() instanceof EmailAddress address
                ? Mailboxes.baseOf(address).orElse(null)
                : null;
    }

    private static Refused refused(KeyedRateLimiter.Refused refused, OtpEvent.Limit.Scope scope) {
        return new Refused(refused.retryAfter(), new OtpEvent.Limit(scope, refused.limit()));
    }
}
