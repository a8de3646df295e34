package dev.otpkit.spring.web;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryFailure;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.WebUtils;

/**
 * The endpoints that send and verify codes for anyone. What the caller learns is bounded by the session that asked: a
 * stranger sees the same answers whatever is known of a recipient.
 */
@RestController
@RequestMapping(OtpEndpoints.BASE_PATH)
@RegisterReflectionForBinding({
    WebMessages.Send.class,
    WebMessages.Resend.class,
    WebMessages.Verify.class,
    WebMessages.Sent.class,
    WebMessages.SentInDevelopment.class,
    WebMessages.Verified.class,
    WebMessages.Status.class,
    StandInLifetimes.Lifetime.class
})
final class OtpEndpoints {
    static final String BASE_PATH = "${otpkit.web.base-path:/otp}";

    private static final Duration STORE_PAUSE = Duration.ofSeconds(5);
    private static final int MAX_LANGUAGE_TAG = 35;

    private final OtpManager otp;
    private final OtpWebProperties properties;
    private final Recipients recipients;
    private final StandInLifetimes lifetimes;
    private final List<OtpVerifiedHandler> handlers;
    private final InstantSource clock;
    private final StandInIds standInIds = new StandInIds();

    /** The reading and the choice of recipients. */
    record Recipients(@Nullable String defaultRegion, OtpWebRecipients allowed) {}

    OtpEndpoints(
            OtpManager otp,
            OtpWebProperties properties,
            Recipients recipients,
            StandInLifetimes lifetimes,
            List<OtpVerifiedHandler> handlers,
            InstantSource clock) {
        this.otp = otp;
        this.properties = properties;
        this.recipients = recipients;
        this.lifetimes = lifetimes;
        this.handlers = List.copyOf(handlers);
        this.clock = clock;
    }

    @PostMapping(path = "/send", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> send(@RequestBody WebMessages.Send body, HttpServletRequest http) {
        Recipient recipient = recipient(required("to", body.to()));
        SentCode wanted = new SentCode(
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                recipient.address(),
                purpose(body.purpose()),
                details(body.details()),
                language(body.locale(), http),
                via(body.via()),
                Instant.MIN,
                Instant.MIN,
                SentCode.UNKNOWN,
                false);
        return send(wanted, body.proof(), http);
    }

    @PostMapping(path = "/resend", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> resend(@RequestBody WebMessages.Resend body, HttpServletRequest http) {
        String id = required("challengeId", body.challengeId());
        SessionCodes codes = codes(http);
        SentCode earlier = codes == null ? null : codes.byId(id).orElse(null);
        return earlier == null ? Problem.NO_PENDING_CODE.answer() : send(earlier, body.proof(), http);
    }

    @PostMapping(path = "/verify", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> verify(@RequestBody WebMessages.Verify body, HttpServletRequest http) {
        String typed = required("code", body.code());
        if ((body.challengeId() == null) == (body.to() == null)) {
            throw new InvalidRequestException("either challengeId or to must be there");
        }
        Recipient recipient = body.to() == null ? null : recipient(body.to());
        Map<String, String> details = details(body.details());
        if (!properties.bindToSession()) {
            VerifyRequest request = recipient != null
                    ? VerifyRequest.of(recipient, typed)
                    : VerifyRequest.ofChallenge(required("challengeId", body.challengeId()), typed);
            return verified(verify(request, purpose(body.purpose()), details, http), details, http);
        }
        SessionCodes codes = codes(http);
        SentCode code = codes == null ? null : find(codes, body, recipient, details);
        return codes == null || code == null ? Problem.NO_PENDING_CODE.answer() : verify(codes, code, typed, http);
    }

    @GetMapping("/status")
    ResponseEntity<Object> status(
            @RequestParam(name = "challengeId", required = false) @Nullable String id, HttpServletRequest http) {
        String challengeId = required("challengeId", id);
        SessionCodes codes = codes(http);
        SentCode code = codes == null ? null : codes.byId(challengeId).orElse(null);
        if (code == null) {
            return Problem.NO_PENDING_CODE.answer();
        }
        // The manager's status covers other sessions too: of it, nothing but the absence of a code may be shown.
        boolean anyPending = otp.status(code.recipient(), code.purpose()).isPending();
        return answer(
                HttpStatus.OK,
                new WebMessages.Status(
                        code.isPending(clock.instant()) && (anyPending || code.standIn()),
                        code.recipient().toString(),
                        code.purpose(),
                        code.expiresAt(),
                        code.resendAfter(),
                        code.attemptsLeft() == SentCode.UNKNOWN ? null : code.attemptsLeft()));
    }

    @PostMapping({"/send", "/resend", "/verify"})
    ResponseEntity<Object> unsupportedMediaType() {
        return Problem.UNSUPPORTED_MEDIA_TYPE.answer();
    }

    @ExceptionHandler
    ResponseEntity<Object> unreadable(HttpMessageNotReadableException e) {
        return Problem.INVALID_REQUEST.answer();
    }

    @ExceptionHandler
    ResponseEntity<Object> invalid(InvalidRequestException e) {
        ProblemDetail document = Problem.INVALID_REQUEST.document();
        document.setDetail(e.getMessage());
        return Problem.INVALID_REQUEST.answer(document);
    }

    @ExceptionHandler
    ResponseEntity<Object> invalidRecipient(InvalidRecipientException e) {
        return Problem.INVALID_RECIPIENT.answer();
    }

    @ExceptionHandler
    ResponseEntity<Object> storeUnavailable(OtpStoreException e) {
        return Problem.STORE_UNAVAILABLE.answer(STORE_PAUSE);
    }

    private ResponseEntity<Object> send(SentCode wanted, @Nullable String proof, HttpServletRequest http) {
        OtpRequest request = request(wanted, proof, http);
        if (!recipients.allowed().mayReceive(wanted.recipient(), wanted.purpose())) {
            request = request.decoy();
        }
        if (!properties.bindToSession()) {
            return answer(otp.send(request), wanted, null, http);
        }
        SentCode earlier = new SessionCodes(http.getSession())
                .byTarget(wanted.recipient(), wanted.purpose(), wanted.details())
                .orElse(null);
        String binding = (earlier == null ? wanted : earlier).binding();
        return answer(otp.send(request.boundTo(binding)), wanted, earlier, http);
    }

    private OtpRequest request(SentCode wanted, @Nullable String proof, HttpServletRequest http) {
        try {
            OtpRequest request = OtpRequest.to(wanted.recipient())
                    .purpose(wanted.purpose())
                    .locale(Locale.forLanguageTag(wanted.language()))
                    .via(wanted.via().toArray(String[]::new))
                    .clientAddress(http.getRemoteAddr());
            for (Map.Entry<String, String> detail : wanted.details().entrySet()) {
                request = request.detail(detail.getKey(), detail.getValue());
            }
            return proof == null ? request : request.proof(proof);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e.getMessage());
        }
    }

    private ResponseEntity<Object> answer(
            SendResult result, SentCode wanted, @Nullable SentCode earlier, HttpServletRequest http) {
        if (result instanceof SendResult.Sent sent) {
            SentCode code = sent(wanted, earlier, sent.expiresAt(), sent.resendAfter(), false);
            if (!properties.bindToSession()) {
                return accepted(sent.challengeId(), code, sent.developmentCode());
            }
            new SessionCodes(http.getSession()).put(code);
            return accepted(code.id(), code, sent.developmentCode());
        }
        if (result instanceof SendResult.Undelivered undelivered) {
            return undelivered.failures().stream().anyMatch(OtpEndpoints::belongsToRecipient)
                    ? standIn(wanted, earlier, http)
                    : Problem.UNDELIVERED.answer();
        }
        if (result instanceof SendResult.Refused refused) {
            return switch (refused.reason()) {
                case OPTED_OUT, NOT_ALLOWED -> standIn(wanted, earlier, http);
                case PROOF_REQUIRED -> Problem.PROOF_REQUIRED.answer();
                case NO_CHANNEL -> Problem.NO_CHANNEL.answer();
                case INVALID_RECIPIENT -> Problem.INVALID_RECIPIENT.answer();
                case RESEND_TOO_SOON -> later(Problem.RESEND_TOO_SOON, refused.retryAfter());
                case LOCKED, RATE_LIMITED, TRAFFIC_LIMITED -> later(Problem.TOO_MANY_REQUESTS, refused.retryAfter());
            };
        }
        return Problem.UNDELIVERED.answer();
    }

    private static boolean belongsToRecipient(DeliveryFailure failure) {
        return failure.kind() == DeliveryFailure.Kind.RECIPIENT_REJECTED
                || failure.kind() == DeliveryFailure.Kind.OPTED_OUT;
    }

    /** Answers as if a message had left, since the reason why none did would say something about the recipient. */
    private ResponseEntity<Object> standIn(SentCode wanted, @Nullable SentCode earlier, HttpServletRequest http) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (earlier != null && earlier.isPending(now) && now.isBefore(earlier.resendAfter())) {
            return Problem.RESEND_TOO_SOON.answer(now, earlier.resendAfter());
        }
        SentCode code = sent(
                wanted,
                earlier,
                now.plus(lifetimes.expiry(wanted.purpose())),
                now.plus(lifetimes.resendCooldown(wanted.purpose())),
                true);
        if (!properties.bindToSession()) {
            return accepted(standInIds.next(code.recipient(), code.purpose()), code, Optional.empty());
        }
        new SessionCodes(http.getSession()).put(code);
        return accepted(code.id(), code, Optional.empty());
    }

    /** Returns the code of a send. A repeated one has the id, the binding and the attempts of the earlier one. */
    private SentCode sent(
            SentCode wanted, @Nullable SentCode earlier, Instant expiresAt, Instant resendAfter, boolean standIn) {
        int attemptsLeft =
                earlier != null && earlier.isPending(clock.instant()) ? earlier.attemptsLeft() : SentCode.UNKNOWN;
        return new SentCode(
                (earlier == null ? wanted : earlier).id(),
                (earlier == null ? wanted : earlier).binding(),
                wanted.address(),
                wanted.purpose(),
                wanted.details(),
                wanted.language(),
                wanted.via(),
                expiresAt,
                resendAfter,
                attemptsLeft,
                standIn);
    }

    private static ResponseEntity<Object> accepted(String id, SentCode code, Optional<String> developmentCode) {
        String recipient = code.recipient().toString();
        return answer(
                HttpStatus.ACCEPTED,
                developmentCode.isPresent()
                        ? new WebMessages.SentInDevelopment(
                                id, recipient, code.expiresAt(), code.resendAfter(), developmentCode.get())
                        : new WebMessages.Sent(id, recipient, code.expiresAt(), code.resendAfter()));
    }

    private @Nullable SentCode find(
            SessionCodes codes, WebMessages.Verify body, @Nullable Recipient recipient, Map<String, String> details) {
        if (recipient != null) {
            return codes.byTarget(recipient, purpose(body.purpose()), details).orElse(null);
        }
        return codes.byId(required("challengeId", body.challengeId()))
                .filter(code -> body.purpose() == null || body.purpose().equals(code.purpose()))
                .filter(code -> body.details() == null || details.equals(code.details()))
                .orElse(null);
    }

    private ResponseEntity<Object> verify(SessionCodes codes, SentCode code, String typed, HttpServletRequest http) {
        VerifyRequest request = VerifyRequest.of(code.recipient(), typed).boundTo(code.binding());
        VerifyResult result = verify(request, code.purpose(), code.details(), http);
        if (result instanceof VerifyResult.Rejected rejected) {
            return rejected(counted(rejected, code, codes));
        }
        codes.remove(code);
        return verified(result, code.details(), http);
    }

    private VerifyResult verify(
            VerifyRequest request, String purpose, Map<String, String> details, HttpServletRequest http) {
        try {
            request = request.purpose(purpose).clientAddress(http.getRemoteAddr());
            for (Map.Entry<String, String> detail : details.entrySet()) {
                request = request.detail(detail.getKey(), detail.getValue());
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e.getMessage());
        }
        return otp.verify(request);
    }

    /**
     * Returns the rejection of a guess, whose attempts the session remembers. Parallel guesses are counted one by one.
     */
    private VerifyResult.Rejected counted(VerifyResult.Rejected rejected, SentCode asked, SessionCodes codes) {
        synchronized (WebUtils.getSessionMutex(codes.session())) {
            SentCode code = codes.byId(asked.id()).orElse(asked);
            boolean nothingSent = code.standIn() && rejected.reason() == VerifyResult.Rejected.Reason.NO_PENDING_CODE;
            VerifyResult.Rejected counted = nothingSent ? guessAtStandIn(code) : rejected;
            counted.attemptsLeft().ifPresent(left -> {
                int known = code.attemptsLeft();
                int fewer = known == SentCode.UNKNOWN ? left : Math.min(known, left);
                codes.replace(code, code.withAttemptsLeft(fewer));
            });
            return counted;
        }
    }

    private VerifyResult.Rejected guessAtStandIn(SentCode code) {
        if (!clock.instant().isBefore(code.expiresAt())) {
            return rejected(VerifyResult.Rejected.Reason.EXPIRED, OptionalInt.empty());
        }
        int attempts =
                code.attemptsLeft() == SentCode.UNKNOWN ? lifetimes.maxAttempts(code.purpose()) : code.attemptsLeft();
        return attempts == 0
                ? rejected(VerifyResult.Rejected.Reason.TOO_MANY_ATTEMPTS, OptionalInt.empty())
                : rejected(VerifyResult.Rejected.Reason.WRONG_CODE, OptionalInt.of(attempts - 1));
    }

    private static VerifyResult.Rejected rejected(VerifyResult.Rejected.Reason reason, OptionalInt attemptsLeft) {
        return new VerifyResult.Rejected(reason, attemptsLeft, Optional.empty());
    }

    private ResponseEntity<Object> verified(VerifyResult result, Map<String, String> details, HttpServletRequest http) {
        if (result instanceof VerifyResult.Verified verified) {
            Map<String, String> seen = Map.copyOf(details);
            if (http.getSession(false) != null) {
                // The session gains a right: an id that a stranger may have planted must not come along.
                http.changeSessionId();
            }
            for (OtpVerifiedHandler each : handlers) {
                each.onVerified(http, verified, seen);
            }
            if (properties.bindToSession()) {
                HttpSession session = http.getSession();
                new VerifiedRecipient(verified.recipient().address(), verified.purpose(), seen, verified.verifiedAt())
                        .putInto(session);
            }
            return answer(HttpStatus.OK, new WebMessages.Verified(true, verified.purpose(), verified.verifiedAt()));
        }
        return result instanceof VerifyResult.Rejected rejected ? rejected(rejected) : Problem.NO_PENDING_CODE.answer();
    }

    private ResponseEntity<Object> rejected(VerifyResult.Rejected rejected) {
        return switch (rejected.reason()) {
            case WRONG_CODE -> {
                ProblemDetail document = Problem.WRONG_CODE.document();
                rejected.attemptsLeft().ifPresent(attempts -> document.setProperty("attemptsLeft", attempts));
                yield Problem.WRONG_CODE.answer(document);
            }
            case EXPIRED -> Problem.EXPIRED.answer();
            case TOO_MANY_ATTEMPTS -> Problem.TOO_MANY_ATTEMPTS.answer();
            case MALFORMED_CODE -> Problem.MALFORMED_CODE.answer();
            case LOCKED, RATE_LIMITED -> later(Problem.TOO_MANY_REQUESTS, rejected.retryAfter());
            case NO_PENDING_CODE, INVALID_RECIPIENT, INVALID_CHALLENGE -> Problem.NO_PENDING_CODE.answer();
        };
    }

    private ResponseEntity<Object> later(Problem problem, Optional<Instant> retryAfter) {
        return retryAfter.map(moment -> problem.answer(clock.instant(), moment)).orElseGet(problem::answer);
    }

    private static ResponseEntity<Object> answer(HttpStatus status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(body);
    }

    private @Nullable SessionCodes codes(HttpServletRequest http) {
        HttpSession session = properties.bindToSession() ? http.getSession(false) : null;
        return session == null ? null : new SessionCodes(session);
    }

    private Recipient recipient(String typed) {
        return Recipient.parse(typed, recipients.defaultRegion());
    }

    private String purpose(@Nullable String asked) {
        List<String> allowed = properties.purposes();
        if (asked != null && !allowed.contains(asked)) {
            throw new InvalidRequestException("purpose must be one of those that otpkit.web.purposes lists");
        }
        return asked == null ? allowed.get(0) : asked;
    }

    private Map<String, String> details(@Nullable Map<String, String> asked) {
        Map<String, String> details = new TreeMap<>();
        if (asked != null) {
            asked.forEach((name, value) -> {
                if (!properties.details().contains(name) || value == null) {
                    throw new InvalidRequestException(
                            "details must have names that otpkit.web.details lists, each with a text");
                }
                details.put(name, value);
            });
        }
        return details;
    }

    private static List<String> via(@Nullable List<String> asked) {
        List<String> via = new ArrayList<>();
        if (asked != null) {
            for (String each : asked) {
                via.add(required("via", each));
            }
        }
        return via;
    }

    private static String language(@Nullable String asked, HttpServletRequest http) {
        if (asked == null) {
            // Without the header, the servlet's locale is that of the machine.
            return http.getHeader(HttpHeaders.ACCEPT_LANGUAGE) == null
                    ? Locale.ENGLISH.toLanguageTag()
                    : http.getLocale().toLanguageTag();
        }
        if (asked.length() > MAX_LANGUAGE_TAG) {
            throw new InvalidRequestException("locale must be a language tag of at most " + MAX_LANGUAGE_TAG
                    + " characters, but has " + asked.length());
        }
        return Locale.forLanguageTag(asked).toLanguageTag();
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw new InvalidRequestException(name + " must be there");
        }
        return value;
    }

    /** A request that does not have the form that is documented. The message is shown to the client. */
    static final class InvalidRequestException extends RuntimeException {
        private static final long serialVersionUID = 1;

        InvalidRequestException(@Nullable String message) {
            super(message);
        }
    }
}
