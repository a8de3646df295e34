package dev.otpkit.spring.security;

import dev.otpkit.OtpRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.security.authentication.ott.GenerateOneTimeTokenRequest;
import org.springframework.security.web.authentication.ott.GenerateOneTimeTokenRequestResolver;

/** Reads a request for a code. Never null: the filter would then answer 404. */
final class SendTokenRequestResolver implements GenerateOneTimeTokenRequestResolver {
    private final OtpAccounts accounts;
    private final LoginSession session;
    private final String purpose;
    private final BiFunction<OtpRequest, HttpServletRequest, OtpRequest> change;

    SendTokenRequestResolver(
            OtpAccounts accounts,
            LoginSession session,
            String purpose,
            BiFunction<OtpRequest, HttpServletRequest, OtpRequest> change) {
        this.accounts = accounts;
        this.session = session;
        this.purpose = purpose;
        this.change = change;
    }

    @Override
    public GenerateOneTimeTokenRequest resolve(HttpServletRequest request) {
        String binding = session.begin(request);
        // A name that a first factor has proved is looked up as it is, so that both factors have the same name.
        Optional<String> username = session.currentName()
                .or(() -> accounts.username(Objects.requireNonNullElse(request.getParameter("username"), "")));
        return new SendTokenRequest(username, start -> {
            String client = ClientAddress.of(request);
            OtpRequest known = start.locale(request.getLocale());
            known = client == null ? known : known.clientAddress(client);
            return Objects.requireNonNull(change.apply(known, request), "the changed request must not be null")
                    .purpose(purpose)
                    .boundTo(binding);
        });
    }
}
