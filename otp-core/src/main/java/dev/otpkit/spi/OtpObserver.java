package dev.otpkit.spi;

import dev.otpkit.OtpManager;
import dev.otpkit.Recipient;
import dev.otpkit.event.OtpEvent;
import java.util.Objects;
import java.util.Optional;

/**
 * Receives the start and the end of each send, verification and delivery, for traces and timers in which a delivery is
 * nested in its send. Added by {@link OtpManager.Builder#observer}. Implementations are thread-safe.
 *
 * <p>An observer changes nothing: it receives copies of facts, and never a code, a binding, a secret, a challenge id or
 * the text of a foreign exception. An exception that it throws is logged at ERROR and ignored, at the start and at the
 * end; so is null in the place of an observation. It is called on the thread of the caller, which waits: it is quick.
 *
 * <p>A {@linkplain dev.otpkit.OtpRequest#decoy() decoy} starts and ends the same operations as a real send, deliveries
 * included. Its mark is in the event of the send alone: an observer that shows its data to anyone but operators leaves
 * it out.
 */
@FunctionalInterface
public interface OtpObserver {

    /**
     * Receives the start of an operation. Observers are called in the order in which they were added, and their
     * observations end in the reverse order.
     *
     * @param operation the operation that starts
     * @return the observation of this operation alone, which is ended on the same thread, exactly once
     */
    Observation start(Operation operation);

    /** An operation of a manager. Later versions may add kinds: a default branch must ignore them. */
    sealed interface Operation {

        /**
         * Returns the purpose of the request.
         *
         * @return 1 to 64 characters without controls, which may come from a client
         */
        String purpose();

        /**
         * A call of {@link OtpManager#send(dev.otpkit.OtpRequest)}, before its recipient is known.
         *
         * @param purpose the purpose of the request
         */
        record Send(String purpose) implements Operation {

            /** Checks that nothing is null. */
            public Send {
                Objects.requireNonNull(purpose, "purpose must not be null");
            }
        }

        /**
         * A call of {@link OtpManager#verify(dev.otpkit.VerifyRequest)}.
         *
         * @param purpose the purpose of the request
         */
        record Verify(String purpose) implements Operation {

            /** Checks that nothing is null. */
            public Verify {
                Objects.requireNonNull(purpose, "purpose must not be null");
            }
        }

        /**
         * A delivery of a rendered message over one channel, within a send. A test recipient has none.
         *
         * @param recipient the recipient; its {@code toString()} is masked
         * @param purpose the purpose of the code
         * @param channel the name of the channel
         * @param medium the medium of the channel
         */
        record Delivery(Recipient recipient, String purpose, String channel, String medium) implements Operation {

            /** Checks that nothing is null. */
            public Delivery {
                Objects.requireNonNull(recipient, "recipient must not be null");
                Objects.requireNonNull(purpose, "purpose must not be null");
                Objects.requireNonNull(channel, "channel must not be null");
                Objects.requireNonNull(medium, "medium must not be null");
            }
        }
    }

    /** The observation of one operation. One of its methods is called, once, on the thread that started it. */
    interface Observation {

        /**
         * Ends a send or a verification, after the listeners have received its event.
         *
         * @param event the event of the result; {@link OtpEvent.StoreFailed} if the caller receives that exception
         */
        void ended(OtpEvent event);

        /**
         * Ends a delivery that has an outcome.
         *
         * @param failure the failure, without code and full address; {@link DeliveryFailure.Kind#UNCERTAIN} if the
         *     message may have been sent. Empty if the provider accepted the message. For a decoy, that of the attempt
         *     that it plays
         */
        void delivered(Optional<DeliveryFailure> failure);

        /**
         * Ends an operation that has no event, since it throws: because of misuse, of a part of the application, such
         * as a renderer or a verifier, or of an error of the JVM.
         *
         * @param type the class of the exception; the exception itself may contain a code
         */
        void threw(Class<? extends Throwable> type);
    }
}
