package dev.otpkit.benchmarks.memory;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A manager on Caffeine with its built-in messages. Its policy is the default one, except that the limit of sends has a
 * window of a second, so that the same recipients can be sent codes again and again.
 */
final class OtpKit implements Peer {
    private static final OtpPolicy POLICY = OtpPolicy.builder()
            .sendLimits(RateLimit.of(100, Duration.ofSeconds(1)))
            .build();

    private final Outbox outbox = new Outbox();
    private final OtpStore store =
            CaffeineOtpStore.builder().maximumSize(2_000_000).build();
    private final OtpSecret secret = OtpSecret.random();
    private final OtpManager manager;
    private final Form form;
    private @Nullable OtpManager withShortMessages;

    OtpKit(Form form) {
        this.manager = manager(form, POLICY, store, secret, outbox);
        this.form = form;
    }

    /** Returns a manager whose messages have the form. */
    static OtpManager manager(Form form, OtpPolicy policy, OtpStore store, OtpSecret secret, Outbox outbox) {
        OtpManager.Builder builder = builder(form, policy, store, secret, outbox);
        return form == Form.PLAIN_MAIL ? builder.messages(OtpKit::plain).build() : builder.build();
    }

    private static OtpManager.Builder builder(
            Form form, OtpPolicy policy, OtpStore store, OtpSecret secret, Outbox outbox) {
        return OtpManager.builder()
                .appName("Acme")
                .secret(secret)
                .store(store)
                .channel(new Channel(form == Form.SMS ? "sms" : "email", outbox))
                .policy(policy);
    }

    private static OtpMessage plain(MessageContext context) {
        return context.message(
                "Your Acme code",
                "Your Acme code: " + context.code() + "\n\nIt expires in "
                        + context.validFor().toMinutes() + " min. Never share it with anyone.\n\n"
                        + "If you did not ask for this code, ignore this message.");
    }

    @Override
    public void send(String address) {
        if (!manager.send(address).isSent()) {
            throw new IllegalStateException("not sent");
        }
    }

    /** Sends by a manager with the same secret and store, and with messages that are made in no time. */
    @Override
    public void prepare(String address) {
        if (withShortMessages == null) {
            withShortMessages = builder(form, POLICY, store, secret, outbox)
                    .messages(context -> context.message("", context.code()))
                    .build();
        }
        if (!withShortMessages.send(address).isSent()) {
            throw new IllegalStateException("not sent");
        }
    }

    @Override
    public boolean verify(String address, String code) {
        return manager.verify(address, code).isVerified();
    }

    @Override
    public String lastCode() {
        return outbox.code();
    }

    /** Hands messages to an outbox. */
    private record Channel(String medium, Outbox outbox) implements DeliveryChannel {
        @Override
        public String name() {
            return "outbox";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            outbox.take(
                    message.recipient().address(),
                    message.code(),
                    message.subject(),
                    message.text(),
                    message.html().orElse(""));
            return DeliveryReceipt.accepted();
        }
    }
}
