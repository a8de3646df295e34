package dev.otpkit.spring.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/** The username of a log-in that has begun, and the value that its code is bound to, both kept by the server. */
final class LoginSession {
    private final SecurityContextHolderStrategy contexts;
    private final String attribute;
    private final String decoyAttribute;

    LoginSession(SecurityContextHolderStrategy contexts, String purpose) {
        this.contexts = contexts;
        this.attribute = LoginSession.class.getName() + ".username." + purpose;
        this.decoyAttribute = LoginSession.class.getName() + ".decoy." + purpose;
    }

    /** Returns the name of the person that has already shown a factor: nobody may choose another one. */
    Optional<String> currentName() {
        Authentication current = contexts.getContext().getAuthentication();
        return current == null || !current.isAuthenticated() || current instanceof AnonymousAuthenticationToken
                ? Optional.empty()
                : Optional.of(current.getName());
    }

    /** Returns the id of the session, which is created if there is none. */
    String begin(HttpServletRequest request) {
        return request.getSession(true).getId();
    }

    /**
     * Keeps the name alone: the address is read again at the log-in, so that no race can join two accounts.
     *
     * @param decoyAddress the address of a decoy that is not that of the account; else null
     */
    void keep(HttpServletRequest request, String username, @Nullable String decoyAddress) {
        HttpSession session = request.getSession(true);
        session.setAttribute(attribute, username);
        session.setAttribute(decoyAttribute, decoyAddress);
    }

    /** Returns the address of the decoy in place of a code to the account of a username; null if there is none. */
    @Nullable String decoyAddress(HttpServletRequest request, @Nullable String username) {
        HttpSession session = request.getSession(false);
        return session == null || !Objects.equals(username, session.getAttribute(attribute))
                ? null
                : (String) session.getAttribute(decoyAttribute);
    }

    Optional<String> username(HttpServletRequest request) {
        Optional<String> current = currentName();
        HttpSession session = request.getSession(false);
        return current.isPresent() || session == null
                ? current
                : Optional.ofNullable((String) session.getAttribute(attribute));
    }
}
