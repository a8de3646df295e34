package dev.otpkit;

import dev.otpkit.internal.input.TypedText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The recipient that a person typed, as {@link Recipient#parse}, but without an exception: a text that names nobody is
 * no fault of the caller, and the trace of an exception would make it dearer than a right one.
 */
final class TypedRecipient {
    private TypedRecipient() {}

    /** Returns the recipient; empty if the text is neither an email address nor a phone number. */
    static Optional<Recipient> read(String text, @Nullable String knownRegion) {
        if (TypedText.isTooLong(text)) {
            return Optional.empty();
        }
        return text.indexOf('@') >= 0 ? EmailAddress.read(text) : PhoneNumber.read(text, knownRegion);
    }
}
