package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import dev.otpkit.internal.input.Details;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to send a code. Immutable: each method returns a new request.
 *
 * <p>{@code toString()} is safe to log: it contains neither an address as typed, nor the binding, nor the client
 * address, nor the value of a detail, nor the proof.
 */
public final class OtpRequest {
    private final @Nullable String address;
    private final @Nullable Recipient recipient;
    private final String purpose;
    private final List<String> via;
    private final Locale locale;
    private final @Nullable String binding;
    private final @Nullable String clientAddress;
    private final Map<String, String> details;
    private final boolean decoy;
    private final @Nullable String proof;

    private OtpRequest(
            @Nullable String address,
            @Nullable Recipient recipient,
            String purpose,
            List<String> via,
            Locale locale,
            @Nullable String binding,
            @Nullable String clientAddress,
            Map<String, String> details,
            boolean decoy,
            @Nullable String proof) {
        this.address = address;
        this.recipient = recipient;
        this.purpose = purpose;
        this.via = via;
        this.locale = locale;
        this.binding = binding;
        this.clientAddress = clientAddress;
        this.details = details;
        this.decoy = decoy;
        this.proof = proof;
    }

    /**
     * Returns a request for an address as a person typed it, with the default purpose, in English, over any channel.
     *
     * @param address a phone number or an email address; for any other text, and for more than 320 characters, the
     *     result is {@link SendResult.Refused.Reason#INVALID_RECIPIENT}
     * @return the request
     */
    public static OtpRequest to(String address) {
        Objects.requireNonNull(address, "address must not be null");
        return new OtpRequest(
                address, null, Policies.DEFAULT_PURPOSE, List.of(), Locale.ENGLISH, null, null, Map.of(), false, null);
    }

    /**
     * Returns a request for a recipient, with the default purpose, in English, over any channel.
     *
     * @param recipient the recipient of the code
     * @return the request
     */
    public static OtpRequest to(Recipient recipient) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        return new OtpRequest(
                null,
                recipient,
                Policies.DEFAULT_PURPOSE,
                List.of(),
                Locale.ENGLISH,
                null,
                null,
                Map.of(),
                false,
                null);
    }

    /**
     * Returns a request with a purpose, the action that the code will allow. A code works for its purpose alone.
     *
     * @param purpose 1 to 64 characters without controls, chosen by the application, such as {@code login};
     *     {@link OtpManager#DEFAULT_PURPOSE} if not set
     * @return a new request
     */
    public OtpRequest purpose(String purpose) {
        Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE);
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, decoy, proof);
    }

    /**
     * Returns a request that uses only these channels, in this order. A medium means all channels of that medium, in
     * the order of registration. Names that no channel has are ignored; if no channel is left that supports the
     * recipient, the result is {@link SendResult.Refused.Reason#NO_CHANNEL}.
     *
     * @param via at most 32 media such as {@code whatsapp} or names of channels such as {@code twilio-sms}, each of 1
     *     to 64 characters without controls; none means any channel
     * @return a new request
     */
    public OtpRequest via(String... via) {
        Objects.requireNonNull(via, "via must not be null");
        Arguments.within("number of via", via.length, 0, InputLimits.MAX_VIA);
        for (String name : via) {
            ChannelName.checked("via", name);
        }
        return new OtpRequest(
                address, recipient, purpose, List.of(via), locale, binding, clientAddress, details, decoy, proof);
    }

    /**
     * Returns a request for a message in a language.
     *
     * @param locale the language, with or without script and country; for one that the catalogue does not have, the
     *     message is in English, which is also the default
     * @return a new request
     */
    public OtpRequest locale(Locale locale) {
        Objects.requireNonNull(locale, "locale must not be null");
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, decoy, proof);
    }

    /**
     * Returns a request that is bound to a value that only the requesting browser or device has, such as its session
     * id: the code works only together with the same binding (OWASP ASVS 5.0, 6.6.2).
     *
     * @param binding at most 4096 characters, without unpaired surrogates; only a keyed hash of it is stored
     * @return a new request
     */
    public OtpRequest boundTo(String binding) {
        Arguments.text("binding", binding, InputLimits.MAX_BINDING);
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, decoy, proof);
    }

    /**
     * Returns a request with one more detail: a named value, such as the amount of a payment, that the code is bound
     * to. The code works only together with the same details, given in any order ({@link VerifyRequest#detail}); a send
     * with other details is another challenge, with its own code. None by default.
     *
     * <p>A text of the application's {@linkplain dev.otpkit.message.MessageCatalog bundle} shows the value in place of
     * the name in braces, such as {@code {amount}}. Values are compared character by character: keep the text that was
     * sent, rather than format a number again.
     *
     * @param name 1 to 32 characters of a to z, 0 to 9 and {@code _}, but not {@code code}, {@code app} or
     *     {@code minutes}; a second detail of the same name replaces the first
     * @param value 1 to 128 characters, not blank, without controls, line ends, direction overrides and unpaired
     *     surrogates; only a keyed hash of it is stored
     * @return a new request
     * @throws IllegalArgumentException if name or value is out of range, or it would be the ninth detail; the message
     *     does not have the value
     */
    public OtpRequest detail(String name, String value) {
        return new OtpRequest(
                address,
                recipient,
                purpose,
                via,
                locale,
                binding,
                clientAddress,
                Details.with(details, name, value),
                decoy,
                proof);
    }

    /**
     * Returns a request that counts towards the limits of the client that made it
     * ({@link OtpManager.Builder#clientSendLimit}, {@link OtpManager.Builder#trafficLimits}), and whose client the
     * guard is given.
     *
     * @param clientAddress the IP address as a literal, IPv6 counted by its /64; any other text, such as an address
     *     with a port, counts as an opaque name. At most 64 characters; it is never resolved, and only a keyed hash of
     *     it is stored
     * @return a new request
     */
    public OtpRequest clientAddress(String clientAddress) {
        Arguments.text("clientAddress", clientAddress, InputLimits.MAX_CLIENT_ADDRESS);
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, decoy, proof);
    }

    /**
     * Returns a request for an address that has no account, for a page that must not reveal which addresses have one:
     * {@code send} does everything that it does for another request, except that no message leaves, and no guess at its
     * code is ever right.
     *
     * <p>The filter, the channels, the limits, the record and the text are those of another request. Then each channel
     * plays one of its last 32 attempts instead of a delivery: it takes as long, fails if that one failed, and gives a
     * {@code providerMessageId} of the same form, which no provider knows. The result, later refusals and later answers
     * of {@code verify} are those of any other request, and a pending code of the address for the same purpose and
     * binding is replaced. A manager that has not sent over a channel yet plays a success that takes no time. The mark
     * is in the stored record, in the log and in {@link dev.otpkit.event.OtpEvent.Sent#decoy()}, never in a result.
     *
     * <p>A person who measures many requests can still find differences that are not in this method: the look-up of the
     * account, a message that arrives or does not, and a provider that is slower for some countries or under load. Send
     * on another thread than that of the request, and answer before the result is known: this alone makes the time of
     * the answer independent of all of them. {@code docs/unknown-users.md} shows a page that does so.
     *
     * @return a new request
     */
    public OtpRequest decoy() {
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, true, proof);
    }

    /**
     * Returns a request with a proof that its sender is not a machine, for the guard of the application
     * ({@link OtpManager.Builder#sendGuard}): usually the token of a CAPTCHA, after a refusal as
     * {@link SendResult.Refused.Reason#PROOF_REQUIRED}. Without a guard it has no effect.
     *
     * @param proof at most 4096 characters, without unpaired surrogates; given to the guard alone, and never stored or
     *     logged
     * @return a new request
     */
    public OtpRequest proof(String proof) {
        Arguments.text("proof", proof, InputLimits.MAX_PROOF);
        return new OtpRequest(address, recipient, purpose, via, locale, binding, clientAddress, details, decoy, proof);
    }

    /** Returns the recipient; empty if the address as typed is none. */
    Optional<Recipient> resolve(@Nullable String defaultRegion) {
        return recipient != null
                ? Optional.of(recipient)
                : TypedRecipient.read(Objects.requireNonNull(address), defaultRegion);
    }

    String purpose() {
        return purpose;
    }

    List<String> via() {
        return via;
    }

    Locale locale() {
        return locale;
    }

    @Nullable String binding() {
        return binding;
    }

    @Nullable String clientAddress() {
        return clientAddress;
    }

    Map<String, String> details() {
        return details;
    }

    boolean isDecoy() {
        return decoy;
    }

    @Nullable String proof() {
        return proof;
    }

    @Override
    public String toString() {
        return "OtpRequest[recipient=" + (recipient == null ? "as typed" : recipient) + ", purpose=" + purpose
                + ", via=" + via + ", locale=" + locale.toLanguageTag()
                + (details.isEmpty() ? "" : ", details=" + details.keySet()) + "]";
    }
}
