package dev.otpkit.spi;

import dev.otpkit.Recipient;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The facts on which a {@link SendGuard} decides. Immutable. Its {@code toString()} shows neither the client address
 * nor the proof.
 *
 * @param recipient the recipient of the code
 * @param purpose the purpose of the code
 * @param locale the requested language
 * @param clientAddress the client address of the request, as the application gave it
 * @param proof the proof of the request, as the application gave it; never stored or logged
 * @param resend true if a code for the same recipient, purpose and binding is pending
 * @param recentSends the number of sends to the recipient that a send limit of some policy can still count, over all
 *     purposes and including those that no channel delivered; by default those of the last day, at most 10
 */
public record SendContext(
        Recipient recipient,
        String purpose,
        Locale locale,
        Optional<String> clientAddress,
        Optional<String> proof,
        boolean resend,
        int recentSends) {

    /** Checks that nothing is null, and that the number is not negative. */
    public SendContext {
        Objects.requireNonNull(recipient, "recipient must not be null");
        Objects.requireNonNull(purpose, "purpose must not be null");
        Objects.requireNonNull(locale, "locale must not be null");
        Objects.requireNonNull(clientAddress, "clientAddress must not be null");
        Objects.requireNonNull(proof, "proof must not be null");
        if (recentSends < 0) {
            throw new IllegalArgumentException("recentSends must not be negative, but was " + recentSends);
        }
    }

    /** Returns a text that is safe to log: a masked recipient, no client address, no proof. */
    @Override
    public String toString() {
        return "SendContext[recipient=" + recipient + ", purpose=" + purpose + ", locale=" + locale.toLanguageTag()
                + ", resend=" + resend + ", recentSends=" + recentSends + "]";
    }
}
