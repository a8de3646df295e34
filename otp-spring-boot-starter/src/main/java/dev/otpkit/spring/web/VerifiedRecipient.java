package dev.otpkit.spring.web;

import dev.otpkit.Recipient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The proof, in an HTTP session, that its person has entered a code that was sent to an address. The endpoints put one
 * there for each purpose, where a later one replaces an earlier one. It stays until the session ends or {@link #remove}
 * is called: check its age, compare its details with the action, and remove it once the action is done.
 * {@code toString()} masks the address and shows no value of a detail.
 *
 * @param address the canonical address, as {@link Recipient#address()}
 * @param purpose the purpose of the code
 * @param details the details that the code was sent with and that the person saw, by name; immutable. The client chose
 *     them, and may have left them out, so the code says yes to these alone
 * @param verifiedAt the moment at which the code was accepted
 */
public record VerifiedRecipient(String address, String purpose, Map<String, String> details, Instant verifiedAt)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Checks that nothing is null, and copies the details. */
    public VerifiedRecipient {
        Objects.requireNonNull(address, "address must not be null");
        Objects.requireNonNull(purpose, "purpose must not be null");
        details = Map.copyOf(details);
        Objects.requireNonNull(verifiedAt, "verifiedAt must not be null");
    }

    /**
     * Returns the proof in the session of a request. Creates no session.
     *
     * @param request any request of the session
     * @param purpose the purpose that the action asks for
     * @return empty if no code for the purpose was verified in the session
     */
    public static Optional<VerifiedRecipient> in(HttpServletRequest request, String purpose) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(name(purpose)) instanceof VerifiedRecipient verified
                ? Optional.of(verified)
                : Optional.empty();
    }

    /**
     * Removes the proof from the session of a request, if there is one. Creates no session.
     *
     * @param request any request of the session
     * @param purpose the purpose of the proof
     */
    public static void remove(HttpServletRequest request, String purpose) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.removeAttribute(name(purpose));
        }
    }

    void putInto(HttpSession session) {
        session.setAttribute(name(purpose), this);
    }

    private static String name(String purpose) {
        return VerifiedRecipient.class.getName() + "." + Objects.requireNonNull(purpose, "purpose must not be null");
    }

    @Override
    public String toString() {
        return "VerifiedRecipient[recipient=" + Recipient.parse(address, null) + ", purpose=" + purpose
                + ", verifiedAt=" + verifiedAt + "]";
    }
}
