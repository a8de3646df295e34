package dev.otpkit.spring.security;

import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ott.OneTimeToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.DefaultRedirectStrategy;
import org.springframework.security.web.RedirectStrategy;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.ott.OneTimeTokenGenerationSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;

/** The answers of both steps: redirects to the application's pages, with parameters that a page can show. */
final class LoginRedirects implements OneTimeTokenGenerationSuccessHandler, AuthenticationFailureHandler {
    private final RedirectStrategy redirects = new DefaultRedirectStrategy();
    private final LoginSession session;
    private final String loginPage;
    private final boolean ownLoginPage;
    private final String codePage;
    private final InstantSource clock;

    /**
     * Creates the answers.
     *
     * @param ownLoginPage true if the application makes the log-in page
     */
    LoginRedirects(LoginSession session, String loginPage, boolean ownLoginPage, String codePage, InstantSource clock) {
        this.session = session;
        this.loginPage = loginPage;
        this.ownLoginPage = ownLoginPage;
        this.codePage = codePage;
        this.clock = clock;
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, OneTimeToken token)
            throws IOException, ServletException {
        SentToken sentToken = (SentToken) token;
        if (sentToken.result().isEmpty()) {
            unavailable(request, response);
        } else {
            redirects.sendRedirect(
                    request,
                    response,
                    page(request, sentToken, sentToken.result().get()).toUriString());
        }
    }

    private UriComponentsBuilder page(HttpServletRequest request, SentToken token, SendResult result) {
        if (!token.isPossible()) {
            return error(loginPage, "invalid");
        }
        if (result instanceof SendResult.Sent sent) {
            keep(request, token);
            return withWait(to(codePage).queryParam("sent"), Optional.of(sent.resendAfter()));
        }
        return result instanceof SendResult.Refused refused
                ? refused(request, token, refused)
                : error(loginPage, "not-sent");
    }

    private UriComponentsBuilder refused(HttpServletRequest request, SentToken token, SendResult.Refused refused) {
        return switch (refused.reason()) {
            case RESEND_TOO_SOON -> {
                keep(request, token);
                yield withWait(error(codePage, "too-soon"), refused.retryAfter());
            }
            case LOCKED -> withWait(error(loginPage, "locked"), refused.retryAfter());
            // The guard is not shown which account there is.
            case PROOF_REQUIRED -> error(loginPage, "proof");
            case RATE_LIMITED -> withWait(error(loginPage, "limited"), refused.retryAfter());
            // The other reasons are those of an address, with and without an account.
            default -> error(loginPage, "not-sent");
        };
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException, ServletException {
        if (failure.getCause() instanceof CodeRejectedException rejection) {
            redirects.sendRedirect(
                    request, response, rejected(rejection.rejected()).toUriString());
        } else if (failure instanceof AuthenticationServiceException) {
            unavailable(request, response);
        } else {
            // The status of the account, or the number of its sessions.
            redirects.sendRedirect(
                    request, response, error(loginPage, "account").toUriString());
        }
    }

    private UriComponentsBuilder rejected(VerifyResult.Rejected rejected) {
        UriComponentsBuilder page = error(
                codePage,
                switch (rejected.reason()) {
                    case WRONG_CODE -> "wrong";
                    case MALFORMED_CODE -> "malformed";
                    case EXPIRED -> "expired";
                    case TOO_MANY_ATTEMPTS -> "attempts";
                    case LOCKED -> "locked";
                    case RATE_LIMITED -> "limited";
                    default -> "none";
                });
        rejected.attemptsLeft().ifPresent(left -> page.queryParam("left", left));
        return withWait(page, rejected.retryAfter());
    }

    private void keep(HttpServletRequest request, SentToken token) {
        session.keep(request, token.getUsername(), token.decoyAddress());
    }

    private UriComponentsBuilder withWait(UriComponentsBuilder page, Optional<Instant> until) {
        until.ifPresent(moment -> page.queryParam("wait", seconds(moment)));
        return page;
    }

    private long seconds(Instant until) {
        return Math.max(
                0, Duration.between(clock.instant(), until).plusMillis(999).toSeconds());
    }

    private static UriComponentsBuilder to(String page) {
        return UriComponentsBuilder.fromUriString(page);
    }

    private static UriComponentsBuilder error(String page, String error) {
        return to(page).queryParam("error", error);
    }

    /**
     * Shows the application's page with the status 503; without one, a short text. Not with sendError: the error page
     * of an application that does not permit it to anyone would be a redirect to the log-in, and the status 302.
     */
    private void unavailable(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        if (ownLoginPage) {
            request.getRequestDispatcher(error(loginPage, "unavailable").toUriString())
                    .forward(new PageRequest(request), response);
            return;
        }
        response.setContentType(MediaType.TEXT_PLAIN_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.getWriter().write("The log-in is not available at the moment. Please try again later.");
    }

    /** A request to show a page in place of one that posts a form. */
    private static final class PageRequest extends HttpServletRequestWrapper {
        PageRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            return HttpMethod.GET.name();
        }
    }
}
