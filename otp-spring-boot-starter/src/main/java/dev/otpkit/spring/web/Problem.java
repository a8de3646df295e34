package dev.otpkit.spring.web;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** The problems that the endpoints answer with, as RFC 9457 has them. The names are part of the interface. */
enum Problem {
    INVALID_REQUEST(400, "Invalid request", "The body or a parameter does not have the form that is documented."),
    PROOF_REQUIRED(403, "Proof required", "Send the request again, with the proof that this page asks for."),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "The body must be application/json."),
    INVALID_RECIPIENT(422, "Invalid recipient", "The address is neither a valid phone number nor an email address."),
    NO_CHANNEL(422, "No channel", "No channel sends to addresses of this kind."),
    WRONG_CODE(422, "Wrong code", "The code is wrong."),
    MALFORMED_CODE(422, "Malformed code", "The text does not have the form of a code."),
    EXPIRED(422, "Expired code", "The code has expired. Ask for another one."),
    NO_PENDING_CODE(422, "No pending code", "There is no code to verify. Ask for one."),
    TOO_MANY_ATTEMPTS(422, "Too many attempts", "All attempts at this code are used up. Ask for another one."),
    RESEND_TOO_SOON(429, "Too soon", "The last code was sent too recently."),
    TOO_MANY_REQUESTS(429, "Too many requests", "A limit is reached."),
    UNDELIVERED(503, "Not delivered", "No message can be sent now."),
    STORE_UNAVAILABLE(503, "Unavailable", "Codes can be neither sent nor verified now.");

    private static final String TYPE = "urn:otpkit:problem:";

    private final int status;
    private final String title;
    private final String detail;

    Problem(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    /** Returns the document, to which the caller may add properties. */
    ProblemDetail document() {
        ProblemDetail document = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), detail);
        document.setType(URI.create(TYPE + name().toLowerCase(Locale.ROOT).replace('_', '-')));
        document.setTitle(title);
        document.setProperty("reason", name());
        return document;
    }

    ResponseEntity<Object> answer() {
        return answer(document());
    }

    ResponseEntity<Object> answer(ProblemDetail document) {
        return builder().body(document);
    }

    /** Returns an answer with the whole seconds until a moment, at least one. */
    ResponseEntity<Object> answer(Instant now, Instant retryAfter) {
        return answer(Duration.between(now, retryAfter));
    }

    ResponseEntity<Object> answer(Duration wait) {
        long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
        return builder().header(HttpHeaders.RETRY_AFTER, Long.toString(seconds)).body(document());
    }

    private ResponseEntity.BodyBuilder builder() {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .cacheControl(CacheControl.noStore());
    }
}
