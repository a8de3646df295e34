package dev.otpkit.spring.web;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the endpoints.
 *
 * @param enabled Whether the endpoints exist; false by default. Only in servlet applications with Spring MVC: in an
 *     application on WebFlux there are none.
 * @param basePath Path in front of /send, /resend, /verify, /status and /webhooks/twilio: /otp by default. Begins with
 *     a slash, does not end with one, and has letters, digits and the characters . _ ~ - only.
 * @param bindToSession Whether a code works only in the HTTP session that asked for it; true by default. If false, the
 *     endpoints use no session, /resend and /status know no challenge, and a stranger can learn more: for clients
 *     without cookies.
 * @param purposes Purposes for which a client may ask for codes, each of 1 to 64 characters; at least one. The first
 *     one is that of a request without a purpose. By default the purpose "default" alone.
 * @param details Names of the details that a client may choose, such as amount, each of 1 to 32 characters of a to z, 0
 *     to 9 and _; none by default. Anyone can then have a value of their own choice shown in a message.
 * @param twilio Delivery reports of Twilio.
 */
@ConfigurationProperties("otpkit.web")
record OtpWebProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/otp") String basePath,
        @DefaultValue("true") boolean bindToSession,
        @DefaultValue(OtpManager.DEFAULT_PURPOSE) List<String> purposes,
        @DefaultValue List<String> details,
        @DefaultValue Twilio twilio) {
    private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    OtpWebProperties {
        if (!BASE_PATH.matcher(basePath).matches()) {
            throw new IllegalArgumentException("otpkit.web.base-path must begin with / and not end with it, and have"
                    + " letters, digits and . _ ~ - only, but was " + basePath);
        }
        purposes = List.copyOf(purposes);
        details = List.copyOf(details);
        if (purposes.isEmpty()) {
            throw new IllegalArgumentException("otpkit.web.purposes must have at least one purpose");
        }
        OtpRequest request = OtpRequest.to("");
        purposes.forEach(purpose -> check("purposes", () -> request.purpose(purpose)));
        details.forEach(name -> check("details", () -> request.detail(name, "x")));
    }

    /** Takes the rules of a request. What breaks one would fail each request of a client. */
    private static void check(String property, Runnable use) {
        try {
            use.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("otpkit.web." + property + ": " + e.getMessage());
        }
    }

    /**
     * Properties of the delivery reports of Twilio.
     *
     * @param publicUrl URL of /otp/webhooks/twilio as Twilio calls it, character by character that of the channel's
     *     status callback: https, or http to this machine. With otpkit.twilio.auth-token it switches that endpoint on.
     * @param previousAuthToken Auth token with which Twilio may still sign while another one replaces it, 1 to 256
     *     characters; none by default.
     */
    record Twilio(@Nullable URI publicUrl, @Nullable String previousAuthToken) {
        /** Shows no token. */
        @Override
        public String toString() {
            return "Twilio[publicUrl=" + publicUrl + "]";
        }
    }
}
