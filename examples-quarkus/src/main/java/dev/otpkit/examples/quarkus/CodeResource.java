package dev.otpkit.examples.quarkus;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Sends and verifies the codes of a sign-up form. */
@Path("/otp")
@Blocking
public class CodeResource {
    private static final String BROWSER = "otp-browser";
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNPROCESSABLE = 422;
    private static final int UNAVAILABLE = 503;

    private final OtpManager otp;

    CodeResource(OtpManager otp) {
        this.otp = otp;
    }

    /**
     * Sends a code, bound to the browser by a cookie.
     *
     * @param to the address as typed
     * @param cookie the value of the cookie, if the browser has one
     * @param headers the headers with the languages of the person
     * @param http the request with the client's address
     * @return 204 with the cookie; 422, 429 or 503 with the reason if nothing was sent
     */
    @POST
    @Path("/send")
    public Response send(
            @FormParam("to") @DefaultValue("") String to,
            @CookieParam(BROWSER) @Nullable String cookie,
            @Context HttpHeaders headers,
            @Context HttpServerRequest http) {
        String browser = cookie == null ? UUID.randomUUID().toString() : cookie;
        SendResult result = otp.send(OtpRequest.to(to)
                .purpose("sign-up")
                .boundTo(browser)
                .clientAddress(http.remoteAddress().hostAddress())
                .locale(headers.getAcceptableLanguages().get(0)));
        if (result instanceof SendResult.Sent) {
            return Response.noContent()
                    .cookie(new NewCookie.Builder(BROWSER)
                            .value(browser)
                            .path("/otp")
                            .httpOnly(true)
                            .secure(true)
                            .sameSite(NewCookie.SameSite.STRICT)
                            .build())
                    .build();
        }
        if (result instanceof SendResult.Refused refused) {
            return refused(refused.reason().name(), refused.retryAfter());
        }
        return Response.status(UNAVAILABLE).entity("UNDELIVERED").build();
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
    @POST
    @Path("/verify")
    public Response verify(
            @FormParam("to") @DefaultValue("") String to,
            @FormParam("code") @DefaultValue("") String code,
            @CookieParam(BROWSER) @DefaultValue("") String cookie,
            @Context HttpServerRequest http) {
        VerifyResult result = otp.verify(VerifyRequest.of(to, code)
                .purpose("sign-up")
                .boundTo(cookie)
                .clientAddress(http.remoteAddress().hostAddress()));
        if (result instanceof VerifyResult.Verified) {
            return Response.noContent().build();
        }
        if (result instanceof VerifyResult.Rejected rejected) {
            return refused(rejected.reason().name(), rejected.retryAfter());
        }
        return Response.status(UNPROCESSABLE).build();
    }

    @ServerExceptionMapper
    Response unavailable(OtpStoreException e) {
        return Response.status(UNAVAILABLE).entity("STORE_UNAVAILABLE").build();
    }

    private static Response refused(String reason, Optional<Instant> retryAfter) {
        Response.ResponseBuilder response = Response.status(retryAfter.isPresent() ? TOO_MANY_REQUESTS : UNPROCESSABLE);
        retryAfter.ifPresent(time -> response.header(
                HttpHeaders.RETRY_AFTER,
                Duration.between(Instant.now(), time).plusMillis(999).toSeconds()));
        return response.entity(reason).build();
    }
}
