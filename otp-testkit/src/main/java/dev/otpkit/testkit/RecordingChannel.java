package dev.otpkit.testkit;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A channel that keeps what it is given, so that a test can read the code that a person would have received.
 *
 * <p>Made for tests: nothing leaves, and nothing is forgotten until {@link #clear()}. Thread-safe. Its
 * {@code toString()} shows no code.
 */
public final class RecordingChannel implements DeliveryChannel {
    private final String name;
    private final String medium;
    private final List<OtpMessage> messages = new ArrayList<>();
    private Optional<DeliveryFailure.Kind> always = Optional.empty();
    private Optional<DeliveryFailure.Kind> once = Optional.empty();

    private RecordingChannel(String name, String medium) {
        this.name = name;
        this.medium = medium;
    }

    /**
     * Returns a channel named {@code recording-sms} that reaches phone numbers.
     *
     * @return a new channel
     */
    public static RecordingChannel sms() {
        return named("recording-sms", "sms");
    }

    /**
     * Returns a channel named {@code recording-email} that reaches email addresses.
     *
     * @return a new channel
     */
    public static RecordingChannel email() {
        return named("recording-email", "email");
    }

    /**
     * Returns a channel with a name and medium of one's own.
     *
     * @param name unique in a manager
     * @param medium {@code email} reaches email addresses, {@code sms} and {@code whatsapp} phone numbers, any other both
     * @return a new channel
     */
    public static RecordingChannel named(String name, String medium) {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(medium, "medium must not be null");
        return new RecordingChannel(name, medium);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String medium() {
        return medium;
    }

    @Override
    public boolean supports(Recipient recipient) {
        return switch (medium) {
            case "email" -> recipient instanceof EmailAddress;
            case "sms", "whatsapp" -> recipient instanceof PhoneNumber;
            default -> true;
        };
    }

    /**
     * Keeps the message, or fails as {@link #failNext} or {@link #failWith} asked for. A message whose failure is
     * {@link DeliveryFailure.Kind#UNCERTAIN} is kept too: it may have arrived.
     */
    @Override
    public synchronized DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        Optional<DeliveryFailure.Kind> failure = once.or(() -> always);
        once = Optional.empty();
        if (failure.isEmpty() || failure.get() == DeliveryFailure.Kind.UNCERTAIN) {
            messages.add(message);
        }
        if (failure.isPresent()) {
            throw new DeliveryException(DeliveryFailure.of(name, failure.get(), null, "the test asked for it"));
        }
        return DeliveryReceipt.of(name + "-" + messages.size());
    }

    /**
     * Returns everything that was delivered.
     *
     * @return a copy, in the order of delivery
     */
    public synchronized List<OtpMessage> messages() {
        return List.copyOf(messages);
    }

    /**
     * Returns what was delivered last.
     *
     * @return the message
     * @throws IllegalStateException if nothing was delivered since the channel was made or cleared
     */
    public synchronized OtpMessage last() {
        if (messages.isEmpty()) {
            throw new IllegalStateException("no message was delivered to " + name);
        }
        return messages.get(messages.size() - 1);
    }

    /**
     * Returns the code that was delivered last.
     *
     * @return the code as its recipient reads it
     * @throws IllegalStateException if nothing was delivered since the channel was made or cleared
     */
    public String lastCode() {
        return last().code();
    }

    /**
     * Makes every delivery fail until {@link #recover()}.
     *
     * @param kind the kind of the failure
     */
    public synchronized void failWith(DeliveryFailure.Kind kind) {
        always = Optional.of(kind);
    }

    /**
     * Makes the next delivery fail, whatever {@link #failWith} asked for, and no other.
     *
     * @param kind the kind of the failure
     */
    public synchronized void failNext(DeliveryFailure.Kind kind) {
        once = Optional.of(kind);
    }

    /** Makes deliveries succeed again; keeps the messages. */
    public synchronized void recover() {
        always = Optional.empty();
        once = Optional.empty();
    }

    /** Forgets the messages; keeps on failing if it was told to. */
    public synchronized void clear() {
        messages.clear();
    }

    @Override
    public synchronized String toString() {
        return "RecordingChannel[name=" + name + ", medium=" + medium + ", messages=" + messages.size() + "]";
    }
}
