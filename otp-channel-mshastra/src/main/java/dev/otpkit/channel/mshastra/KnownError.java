package dev.otpkit.channel.mshastra;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The errors that public callers of mShastra have met: a code of three digits, or a sentence, or both. */
enum KnownError {
    INVALID_RECEIVER("001", Kind.RECIPIENT_REJECTED, "invalid receiver|invalid mobile no"),
    INVALID_MESSAGE("003", Kind.MISCONFIGURED, "invalid message|enter text message"),
    AUTHORIZATION_FAILED("005", Kind.MISCONFIGURED, "authorization failed|invalid password"),
    WRONG_USERNAME_OR_PASSWORD(null, Kind.MISCONFIGURED, "wrong username or password"),
    DND_NUMBER("006", Kind.OPTED_OUT, "dnd number"),
    NO_COUNTRY_CODE("007", Kind.RECIPIENT_REJECTED, "cannot extract country code"),
    EMPTY_RECEIVER("008", Kind.MISCONFIGURED, "empty receiver|enter mobile(?: no| number)?"),
    PROFILE_BLOCKED("009", Kind.MISCONFIGURED, "profile (?:id )?blocked|submission stops"),
    INVALID_PROFILE("010", Kind.MISCONFIGURED, "invalid profile id"),
    PROFILE_EXPIRED("011", Kind.MISCONFIGURED, "profile id expired"),
    SENDER_TOO_LONG("012", Kind.MISCONFIGURED, "sender id more than 13 chars"),
    SERVER_ERROR("013", Kind.UNCERTAIN, "server error"),
    NO_MORE_CREDITS(null, Kind.MISCONFIGURED, "no more credits"),
    COUNTRY_NOT_ACTIVATED(null, Kind.MISCONFIGURED, "country not activated"),
    IP_ADDRESS_NOT_LISTED(null, Kind.MISCONFIGURED, "whitelist ip address(?: to use api)?");

    private static final Pattern CODED = Pattern.compile("(\\d{3})\\s*([-:]?)\\s*(.*)", Pattern.DOTALL);

    private final @Nullable String code;
    private final Kind kind;
    private final Pattern sentence;

    KnownError(@Nullable String code, Kind kind, String sentence) {
        this.code = code;
        this.kind = kind;
        this.sentence = Pattern.compile("(?:" + sentence + ")(?![\\p{L}\\p{Nd}])");
    }

    /** Returns the error that a text begins with: its code, followed by a dash, a colon or nothing, or its sentence. */
    static Optional<KnownError> atTheStartOf(String text) {
        Matcher coded = CODED.matcher(normal(text));
        if (!coded.matches()) {
            return find(error -> error.sentence.matcher(normal(text)).lookingAt());
        }
        String rest = coded.group(3);
        Optional<KnownError> byCode = ofCode(coded.group(1));
        if (byCode.isPresent() && (rest.isEmpty() || !coded.group(2).isEmpty())) {
            return byCode;
        }
        return find(error -> error.sentence.matcher(rest).lookingAt());
    }

    /** Returns the error whose sentence a text is, and nothing more but a code before it and a full stop after it. */
    static Optional<KnownError> exactly(String text) {
        Matcher coded = CODED.matcher(normal(text));
        String said = (coded.matches() ? coded.group(3) : normal(text)).replaceFirst("\\.$", "");
        return find(error -> error.sentence.matcher(said).matches());
    }

    static Optional<KnownError> ofCode(String code) {
        return find(error -> code.equals(error.code));
    }

    /** Returns a text in lower case, with one blank where it has white space, and none around it. */
    static String normal(String text) {
        return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    /** Returns the provider's code; empty if it is not known. */
    Optional<String> code() {
        return Optional.ofNullable(code);
    }

    Kind kind() {
        return kind;
    }

    private static Optional<KnownError> find(Predicate<KnownError> wanted) {
        return List.of(values()).stream().filter(wanted).findFirst();
    }
}
