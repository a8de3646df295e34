package dev.otpkit.examples.payment;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.message.MessageCatalog;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A page that confirms payments. A browser sends the id of a payment and a code; amount and payee are always those that
 * the server holds. Thread-safe.
 */
public final class PaymentPage {
    private final OtpManager otp;
    private final Map<String, Payment> payments = new ConcurrentHashMap<>();

    /**
     * Creates a page.
     *
     * @param otp a manager with the {@link #texts}
     */
    public PaymentPage(OtpManager otp) {
        this.otp = otp;
    }

    /**
     * A payment that waits for its confirmation.
     *
     * @param id the id of the payment, which no other has
     * @param payer the phone number or email address of the payer's account, never one that the browser sends
     * @param amount the amount with its currency, formatted once for the payer's language
     * @param payee the name of the payee, with the end of the account number if names are not unique
     * @param locale the payer's language
     */
    public record Payment(String id, String payer, String amount, String payee, Locale locale) {}

    /**
     * Returns the texts of payments, which show amount and payee.
     *
     * @return a catalogue
     */
    public static MessageCatalog texts() {
        return MessageCatalog.builder()
                .bundle("dev.otpkit.examples.payment.otp")
                .build();
    }

    /**
     * Sends the payer a code for this amount and payee.
     *
     * @param payment the payment, which replaces an earlier state of it
     * @return the result of the send
     */
    public SendResult askForCode(Payment payment) {
        payments.put(payment.id(), payment);
        return otp.send(OtpRequest.to(payment.payer())
                .purpose("payment")
                .boundTo(payment.id())
                .detail("amount", payment.amount())
                .detail("payee", payment.payee())
                .via("sms", "email")
                .locale(payment.locale()));
    }

    /**
     * Changes a payment, and sends a new code for it. Earlier codes for payments of this payer are withdrawn.
     *
     * @param changed the payment with its new amount or payee
     * @return the result of the send
     */
    public SendResult change(Payment changed) {
        payments.remove(changed.id());
        otp.cancel(changed.payer(), "payment");
        return askForCode(changed);
    }

    /**
     * Confirms a payment.
     *
     * @param id the id of the payment
     * @param code the code as typed
     * @return the payment to execute, exactly as the payer confirmed it; empty if the code is not right for it
     */
    public Optional<Payment> confirm(String id, String code) {
        Payment payment = payments.get(id);
        if (payment == null) {
            return Optional.empty();
        }
        boolean verified = otp.verify(VerifyRequest.of(payment.payer(), code)
                        .purpose("payment")
                        .boundTo(payment.id())
                        .detail("amount", payment.amount())
                        .detail("payee", payment.payee()))
                .isVerified();
        return verified && payments.remove(id, payment) ? Optional.of(payment) : Optional.empty();
    }
}
