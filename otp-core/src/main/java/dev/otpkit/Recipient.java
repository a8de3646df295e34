package dev.otpkit;

import dev.otpkit.internal.input.TypedText;
import org.jspecify.annotations.Nullable;

/**
 * The phone number or email address that a code is sent to, in canonical form: every spelling of a number or an address
 * is the same recipient.
 *
 * <p>Recipients are immutable and thread-safe, and equal by {@link #address()}. A recipient may be logged, since
 * {@code toString()} is masked ({@code +966•••••4567}, {@code u•••@example.com}); an address may not.
 */
public sealed interface Recipient permits PhoneNumber, EmailAddress {

    /**
     * Returns the canonical address: messages are sent to it, and a verified code proves access to it.
     *
     * @return E.164 with its plus sign for a phone number; local part and domain in lower case for an email address
     */
    String address();

    /**
     * Returns the phone number that a person typed. Digits of any script are accepted, with or without a country code,
     * with spaces, dashes, brackets or invisible direction marks.
     *
     * @param text at most 320 characters; letters and extensions are refused
     * @param region the country of numbers without a country code, as an ISO 3166 code such as {@code SA}; null to
     *     accept only numbers that begin with {@code +}
     * @return the number
     * @throws InvalidRecipientException if the text is not a valid number; see {@link PhoneNumber} for the rules
     * @throws IllegalArgumentException if the region is unknown
     */
    static PhoneNumber phone(String text, @Nullable String region) {
        return PhoneNumber.parse(text, region);
    }

    /**
     * Returns the email address that a person typed; white space and invisible marks around it are dropped.
     *
     * @param text at most 320 characters
     * @return the address
     * @throws InvalidRecipientException if the text is not exactly one mailbox; see {@link EmailAddress} for the rules
     */
    static EmailAddress email(String text) {
        return new EmailAddress(text);
    }

    /**
     * Returns the recipient that a person typed: an email address if the text has an {@code @}, otherwise a phone
     * number.
     *
     * @param text at most 320 characters
     * @param region the country of numbers without a country code, as in {@link #phone}
     * @return the recipient
     * @throws InvalidRecipientException if the text is neither
     * @throws IllegalArgumentException if the region is unknown
     */
    static Recipient parse(String text, @Nullable String region) {
        return TypedText.boundedAddress(text).indexOf('@') >= 0 ? email(text) : phone(text, region);
    }
}
