package dev.otpkit.channel.mshastra;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The errors of mShastra that public callers have met, and the kind of failure that each one means. */
final class MshastraErrors {
    private static final Pattern CODED = Pattern.compile("(\\d{3})\\s*([-:]?)\\s*(.*)", Pattern.DOTALL);

    private MshastraErrors() {}

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

    /** Returns the error whose sentence is the whole text, apart from a code before it and a full stop after it. */
    static Optional<KnownError> exactly(String text) {
        Matcher coded = CODED.matcher(normal(text));
        String sentence = (coded.matches() ? coded.group(3) : normal(text)).replaceFirst("\\.$", "");
        return find(error -> error.sentence.matcher(sentence).matches());
    }

    /** Returns the error with a code of three digits. */
    static Optional<KnownError> ofCode(String code) {
        return find(error -> code.equals(error.code));
    }

    /** Returns a text in lower case, with one blank for each run of white space, and none at either end. */
    static String normal(String text) {
        return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private static Optional<KnownError> find(Predicate<KnownError> wanted) {
        return Arrays.stream(KnownError.values()).filter(wanted).findFirst();
    }

    /** An error, given as a code of three digits, as a sentence, or as both. */
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

        private final @Nullable String code;
        private final Kind kind;
        private final Pattern sentence;

        KnownError(@Nullable String code, Kind kind, String sentence) {
            this.code = code;
            this.kind = kind;
            this.sentence = Pattern.compile("(?:" + sentence + ")(?![\\p{L}\\p{Nd}])");
        }

        /** Returns the provider's code; empty if it is not known. */
        Optional<String> code() {
            return Optional.ofNullable(code);
        }

        Kind kind() {
            return kind;
        }
    }
}
