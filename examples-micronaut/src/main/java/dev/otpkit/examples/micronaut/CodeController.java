package dev.otpkit.examples.micronaut;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.CookieValue;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Sends and verifies the codes of a sign-up form. */
@Controller("/otp")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@Produces(MediaType.TEXT_PLAIN)
@ExecuteOn(TaskExecutors.BLOCKING)
final class CodeController {
    private static final String BROWSER = "otp-browser";

    private final OtpManager otp;

    CodeController(OtpManager otp) {
        this.otp = otp;
    }

    /**
     * Sends a code, bound to the browser by a cookie.
     *
     * @param to the address as typed
     * @param cookie the value of the cookie, if the browser has one
     * @param http the request with the person's language and the client's address
     * @return 204 with the cookie; 422, 429 or 503 with the reason if nothing was sent
     */
    @Post("/send")
    HttpResponse<String> send(String to, @CookieValue(BROWSER) Optional<String> cookie, HttpRequest<?> http) {
        String browser = cookie.orElseGet(() -> UUID.randomUUID().toString());
        SendResult result = otp.send(OtpRequest.to(to)
                .purpose("sign-up")
                .boundTo(browser)
                .clientAddress(http.getRemoteAddress().getAddress().getHostAddress())
                .locale(http.getLocale().orElse(Locale.ENGLISH)));
        if (result instanceof SendResult.Sent) {
            return HttpResponse.<String>noContent()
                    .cookie(Cookie.of(BROWSER, browser)
                            .path("/otp")
                            .httpOnly(true)
                            .secure(true)
                            .sameSite(SameSite.Strict));
        }
        if (result instanceof SendResult.Refused refused) {
            return refused(refused.reason().name(), refused.retryAfter());
        }
        return HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE).body("UNDELIVERED");
    }

    /**
     * Verifies a code.
     *
     * @param to the address as typed
     * @param code the code as typed
     * @param cookie the cookie that the browser got when the code was sent
     * @param http the request with the client's address
     * @return 204 if the address is verified; 422 or 429 with the reason if not
     */
    @Post("/verify")
    HttpResponse<String> verify(
            String to,
            String code,
            @CookieValue(value = BROWSER, defaultValue = "") String cookie,
            HttpRequest<?> http) {
        VerifyResult result = otp.verify(VerifyRequest.of(to, code)
                .purpose("sign-up")
                .boundTo(cookie)
                .clientAddress(http.getRemoteAddress().getAddress().getHostAddress()));
        if (result instanceof VerifyResult.Verified) {
            return HttpResponse.noContent();
        }
        if (result instanceof VerifyResult.Rejected rejected) {
            return refused(rejected.reason().name(), rejected.retryAfter());
        }
        return HttpResponse.unprocessableEntity();
    }

    @Error
    HttpResponse<String> unavailable(OtpStoreException e) {
        return HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE).body("STORE_UNAVAILABLE");
    }

    private static HttpResponse<String> refused(String reason, Optional<Instant> retryAfter) {
        MutableHttpResponse<String> response = HttpResponse.status(
                retryAfter.isPresent() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.UNPROCESSABLE_ENTITY);
        retryAfter.ifPresent(time -> response.header(
                HttpHeaders.RETRY_AFTER,
                String.valueOf(
                        Duration.between(Instant.now(), time).plusMillis(999).toSeconds())));
        return response.body(reason);
    }
}
