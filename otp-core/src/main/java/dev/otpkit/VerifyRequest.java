package dev.otpkit;

import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.Details;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to verify a code, which is used up if it is right. Immutable: each method returns a new request.
 *
 * <p>{@code toString()} is safe to log: it contains no code, no address as typed, no challenge id and no value of a
 * detail.
 */
public final class VerifyRequest {
    private final @Nullable String address;
    private final @Nullable Recipient recipient;
    private final @Nullable String challengeId;
    private final String code;
    private final String purpose;
    private final @Nullable String binding;
    private final @Nullable String clientAddress;
    private final Map<String, String> details;
    private final @Nullable VerifyTarget target;

    private VerifyRequest(
            @Nullable String address,
            @Nullable Recipient recipient,
            @Nullable String challengeId,
            String code,
            String purpose,
            @Nullable String binding,
            @Nullable String clientAddress,
            Map<String, String> details,
            @Nullable VerifyTarget target) {
        this.address = address;
        this.recipient = recipient;
        this.challengeId = challengeId;
        this.code = code;
        this.purpose = purpose;
        this.binding = binding;
        this.clientAddress = clientAddress;
        this.details = details;
        this.target = target;
    }

    /**
     * Returns a request for the code that was sent to an address, with the default purpose.
     *
     * @param address the address of the recipient, in any spelling; for any other text, and for more than 320
     *     characters, the result is {@link VerifyResult.Rejected.Reason#INVALID_RECIPIENT}
     * @param code the code as typed: digits of any script, with blanks or dashes; one of more than 64 characters is
     *     malformed
     * @return the request
     */
    public static VerifyRequest of(String address, String code) {
        Objects.requireNonNull(address, "address must not be null");
        return of(address, null, null, code);
    }

    /**
     * Returns a request for the code that was sent to a recipient, with the default purpose.
     *
     * @param recipient the recipient of the code
     * @param code the code as typed: digits of any script, with blanks or dashes; one of more than 64 characters is
     *     malformed
     * @return the request
     */
    public static VerifyRequest of(Recipient recipient, String code) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        return of(null, recipient, null, code);
    }

    /**
     * Returns a request for the code of one challenge, with the default purpose. The purpose inside the id is never
     * used in its place, so that a client cannot choose the action that its code allows.
     *
     * @param challengeId the {@link SendResult.Sent#challengeId()} of the send; for one that is forged or has more than
     *     1024 characters, the result is {@link VerifyResult.Rejected.Reason#INVALID_CHALLENGE}
     * @param code the code as typed: digits of any script, with blanks or dashes; one of more than 64 characters is
     *     malformed
     * @return the request
     */
    public static VerifyRequest ofChallenge(String challengeId, String code) {
        Objects.requireNonNull(challengeId, "challengeId must not be null");
        return of(null, null, challengeId, code);
    }

    private static VerifyRequest of(
            @Nullable String address, @Nullable Recipient recipient, @Nullable String challengeId, String code) {
        Objects.requireNonNull(code, "code must not be null");
        return new VerifyRequest(
                address, recipient, challengeId, code, Policies.DEFAULT_PURPOSE, null, null, Map.of(), null);
    }

    /**
     * Returns a request with the purpose that the code was sent for.
     *
     * @param purpose 1 to 64 characters without controls; {@link OtpManager#DEFAULT_PURPOSE} if not set
     * @return a new request
     */
    public VerifyRequest purpose(String purpose) {
        Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE);
        // The target of a challenge id depends on the purpose, so it is not carried over.
        return new VerifyRequest(address, recipient, challengeId, code, purpose, binding, clientAddress, details, null);
    }

    /**
     * Returns a request with the binding that the code was sent with.
     *
     * @param binding the text given to {@link OtpRequest#boundTo}, at most 4096 characters, without unpaired surrogates
     * @return a new request
     */
    public VerifyRequest boundTo(String binding) {
        Arguments.text("binding", binding, InputLimits.MAX_BINDING);
        return new VerifyRequest(
                address, recipient, challengeId, code, purpose, binding, clientAddress, details, target);
    }

    /**
     * Returns a request with one more of the details that the code was sent with. Unless all are the same, no code is
     * pending ({@link VerifyResult.Rejected.Reason#NO_PENDING_CODE}), and no attempt is counted.
     *
     * <p>Take the value from the action that the code will allow, such as the payment that is about to be made, and
     * never from the browser that sends the code: otherwise the comparison proves nothing.
     *
     * @param name the name given to {@link OtpRequest#detail}
     * @param value the value given to it, in the same characters
     * @return a new request
     * @throws IllegalArgumentException as {@link OtpRequest#detail}
     */
    public VerifyRequest detail(String name, String value) {
        return new VerifyRequest(
                address,
                recipient,
                challengeId,
                code,
                purpose,
                binding,
                clientAddress,
                Details.with(details, name, value),
                target);
    }

    /**
     * Returns a request whose failure counts towards the limit of the client that made it
     * ({@link OtpManager.Builder#clientFailureLimit}).
     *
     * @param clientAddress the address of the client, as in {@link OtpRequest#clientAddress}
     * @return a new request
     */
    public VerifyRequest clientAddress(String clientAddress) {
        Arguments.text("clientAddress", clientAddress, InputLimits.MAX_CLIENT_ADDRESS);
        return new VerifyRequest(
                address, recipient, challengeId, code, purpose, binding, clientAddress, details, target);
    }

    /**
     * Returns the code as typed. It may be right: do not log it.
     *
     * @return the unchecked text
     */
    public String code() {
        return code;
    }

    /**
     * Returns the purpose.
     *
     * @return {@link OtpManager#DEFAULT_PURPOSE} if none was set
     */
    public String purpose() {
        return purpose;
    }

    /**
     * Returns the recipient, if the request was made with one rather than with a typed address or a challenge id.
     *
     * @return the recipient as given
     */
    public Optional<Recipient> recipient() {
        return Optional.ofNullable(recipient);
    }

    /**
     * Returns the address as typed, if the request was made with one. Do not log it.
     *
     * @return the unchecked text
     */
    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    /**
     * Returns the challenge id, if the request was made with one.
     *
     * @return the unchecked text
     */
    public Optional<String> challengeId() {
        return Optional.ofNullable(challengeId);
    }

    /**
     * Returns the binding of the code.
     *
     * @return empty if none was set, which differs from an empty binding
     */
    public Optional<String> binding() {
        return Optional.ofNullable(binding);
    }

    /**
     * Returns the address of the client that made the request.
     *
     * @return the text as given
     */
    public Optional<String> clientAddress() {
        return Optional.ofNullable(clientAddress);
    }

    /**
     * Returns the details that the code must have been sent with.
     *
     * @return an immutable map from name to value, in the order of the names; empty if none was set
     */
    public Map<String, String> details() {
        return details;
    }

    /** Returns the target that this request was resolved to, if it was. */
    Optional<VerifyTarget> target() {
        return Optional.ofNullable(target);
    }

    /** Returns a request that carries its target. */
    VerifyRequest resolved(VerifyTarget target) {
        return new VerifyRequest(
                address, recipient, challengeId, code, purpose, binding, clientAddress, details, target);
    }

    @Override
    public String toString() {
        String who = recipient != null ? recipient.toString() : address != null ? "as typed" : "by challenge";
        return "VerifyRequest[recipient=" + who + ", purpose=" + purpose
                + (details.isEmpty() ? "" : ", details=" + details.keySet()) + "]";
    }
}
