package dev.otpkit.spring.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.authentication.WebAuthenticationDetailsSource;

/** Reads a typed code. Never null: the filter would then answer an empty 200. */
final class OtpAuthenticationConverter implements AuthenticationConverter {
    private final LoginSession session;
    private final WebAuthenticationDetailsSource details = new WebAuthenticationDetailsSource();

    OtpAuthenticationConverter(LoginSession session) {
        this.session = session;
    }

    @Override
    public Authentication convert(HttpServletRequest request) {
        HttpSession current = request.getSession(false);
        String username = session.username(request).orElse(null);
        OtpAuthenticationToken token = new OtpAuthenticationToken(
                username,
                session.decoyAddress(request, username),
                current == null ? null : current.getId(),
                ClientAddress.of(request),
                Objects.requireNonNullElse(request.getParameter("token"), ""));
        token.setDetails(details.buildDetails(request));
        return token;
    }
}
