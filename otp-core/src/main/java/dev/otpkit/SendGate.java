package dev.otpkit;

import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.spi.SendContext;
import dev.otpkit.spi.SendGuard;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the guard of the application, if there is one, about a send that everything else allows. Thread-safe. */
final class SendGate {
    private final @Nullable SendGuard guard;
    private final EventPublisher events;

    SendGate(@Nullable SendGuard guard, EventPublisher events) {
        this.guard = guard;
        this.events = events;
    }

    /** Returns true if there is no guard: then nothing need be known of the send. */
    boolean isOpen() {
        return guard == null;
    }

    /**
     * Asks the guard, which is not shown that a request is a decoy: its answer, or the time for it, could give that
     * away.
     *
     * @return the refusal; empty if the guard allows the send, or there is none
     */
    Optional<SendRefusal> refusal(SendCall call, boolean resend, int recentSends) {
        if (guard == null) {
            return Optional.empty();
        }
        OtpRequest request = call.request();
        SendContext send = new SendContext(
                call.recipient(),
                call.purpose(),
                request.locale(),
                Optional.ofNullable(request.clientAddress()),
                Optional.ofNullable(request.proof()),
                resend,
                recentSends);
        return switch (decision(guard, send, call)) {
            case ALLOW -> Optional.empty();
            case REFUSE -> Optional.of(SendRefusal.of(Reason.NOT_ALLOWED));
            case PROOF_REQUIRED -> Optional.of(SendRefusal.of(Reason.PROOF_REQUIRED));
        };
    }

    private SendGuard.Decision decision(SendGuard guard, SendContext send, SendCall call) {
        try {
            return Objects.requireNonNull(guard.check(send), "the decision must not be null");
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            // Its text may contain the address or the proof.
            events.guardFailed(DeliveryChain.origin(e), call);
            return SendGuard.Decision.REFUSE;
        }
    }
}
