package dev.otpkit.testkit;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A channel that keeps its messages, so that a test can read the code that a person would have received.
 *
 * <p>Made for tests: nothing leaves, and nothing is forgotten until {@link #clear()}. Thread-safe. Its
 * {@code toString()} shows no code.
 */
public final class RecordingChannel implements DeliveryChannel {
    private final String name;
    private final String medium;
    private final Inbox<OtpMessage> inbox;
    private Optional<DeliveryFailure.Kind> always = Optional.empty();
    private Optional<DeliveryFailure.Kind> once = Optional.empty();

    private RecordingChannel(String name, String medium) {
        this.name = name;
        this.medium = medium;
        this.inbox = new Inbox<>(name);
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
     * Returns a channel with a name and medium.
     *
     * @param name unique in a manager
     * @param medium {@code email} reaches email addresses, {@code sms} and {@code whatsapp} phone numbers, any other
     *     both
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
     * Keeps the message, or fails by {@link #failNext} or {@link #failWith}. A message whose failure is
     * {@link DeliveryFailure.Kind#UNCERTAIN} is kept too: it may have arrived.
     */
    @Override
    public synchronized DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        Objects.requireNonNull(message, "message must not be null");
        Optional<DeliveryFailure.Kind> failure = once.or(() -> always);
        once = Optional.empty();
        if (failure.isEmpty() || failure.get() == DeliveryFailure.Kind.UNCERTAIN) {
            inbox.add(message);
        }
        if (failure.isPresent()) {
            throw new DeliveryException(DeliveryFailure.of(name, failure.get(), null, "set by the test"));
        }
        return DeliveryReceipt.of(name + "-" + inbox.size());
    }

    /**
     * Returns all delivered messages.
     *
     * @return a copy, in the order of delivery
     */
    public List<OtpMessage> messages() {
        return inbox.all();
    }

    /**
     * Returns the last delivered message.
     *
     * @return the message
     * @throws IllegalStateException if nothing was delivered since the channel was made or cleared
     */
    public OtpMessage last() {
        return inbox.last(message -> true)
                .orElseThrow(() -> new IllegalStateException("no message was delivered to " + name));
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
     * Returns the code that was delivered last to an address.
     *
     * @param address an email address, or a phone number with its country code, such as {@code +966 50 123 4567}, in
     *     any spelling; for a spelling without it, pass {@code Recipient.phone(text, region).address()}
     * @return the code as its recipient reads it
     * @throws AssertionError if nothing was delivered to the address since the channel was made or cleared; names the
     *     recipients of the delivered messages, masked
     * @throws IllegalArgumentException if the address is neither
     */
    public String lastCodeTo(String address) {
        Recipient recipient = Recipient.parse(address, null);
        return inbox.last(message -> message.recipient().equals(recipient))
                .orElseThrow(() -> new AssertionError("no message was delivered to " + recipient + " over " + name
                        + ", only to "
                        + messages().stream()
                                .map(OtpMessage::recipient)
                                .distinct()
                                .toList()))
                .code();
    }

    /**
     * Waits for the next message, for an application that sends on another thread: the first one that was delivered
     * after the one that {@link #last()}, {@link #lastCode()}, {@link #lastCodeTo} or this method last returned. It
     * returns at once if that message is here already, and several calls return several messages in order.
     *
     * @param patience the longest time to wait
     * @return the message
     * @throws AssertionError if there is none in time, or the thread is interrupted
     */
    public OtpMessage await(Duration patience) {
        return inbox.await(patience);
    }

    /**
     * Returns a code that differs from the one that was delivered last, for a test that types a wrong one.
     *
     * @return a code of the same length and alphabet; see {@link #wrongCode(String)}
     * @throws IllegalStateException if nothing was delivered since the channel was made or cleared
     */
    public String wrongCode() {
        return wrongCode(lastCode());
    }

    /**
     * Returns a code that differs from this one. It has the same characters in another order, so it fits the length and
     * the alphabet of every policy that the code fits; only a code that repeats one character begins with a 2 or 3
     * instead.
     *
     * @param code at least one character
     * @return always the same one for the same code
     * @throws IllegalArgumentException if the code is empty
     */
    public static String wrongCode(String code) {
        if (code.isEmpty()) {
            throw new IllegalArgumentException("code must not be empty");
        }
        char first = code.charAt(0);
        for (int i = 1; i < code.length(); i++) {
            if (code.charAt(i) != first) {
                return code.charAt(i) + code.substring(1, i) + first + code.substring(i + 1);
            }
        }
        return (first == '2' ? '3' : '2') + code.substring(1);
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
     * Makes the next delivery fail, and no other, even if {@link #failWith} has set another kind.
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

    /** Forgets the messages; failures that were set stay. */
    public void clear() {
        inbox.clear();
    }

    @Override
    public String toString() {
        return "RecordingChannel[name=" + name + ", medium=" + medium + ", messages=" + inbox.size() + "]";
    }
}
