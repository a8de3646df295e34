package dev.otpkit.spring.web;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpStoreException;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The endpoint that Twilio posts its delivery reports to. */
@RestController
final class TwilioReportEndpoint {
    private final OtpManager otp;
    private final TwilioStatusCallback callback;

    TwilioReportEndpoint(OtpManager otp, TwilioStatusCallback callback) {
        this.otp = otp;
        this.callback = callback;
    }

    @PostMapping(OtpEndpoints.BASE_PATH + "/webhooks/twilio")
    ResponseEntity<Void> report(HttpServletRequest http) {
        // Not the raw body: a filter, such as that of CSRF tokens, may have read the form by then.
        TwilioStatusCallback.Result result =
                callback.read(http.getHeader("X-Twilio-Signature"), http.getParameterMap());
        if (result instanceof TwilioStatusCallback.Result.Reported reported) {
            try {
                otp.report(reported.report());
            } catch (OtpStoreException e) {
                return ResponseEntity.status(503).build();
            }
        }
        return ResponseEntity.status(result.isGenuine() ? 204 : 403).build();
    }
}
