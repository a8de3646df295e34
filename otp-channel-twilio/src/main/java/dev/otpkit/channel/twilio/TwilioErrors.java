package dev.otpkit.channel.twilio;

import dev.otpkit.spi.DeliveryFailure.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kinds of failure for Twilio's error codes, from a response, the resource of a message or a status report. */
final class TwilioErrors {
    private static final Map<Integer, Kind> KINDS = new HashMap<>();

    static {
        // Account, credentials, region, sender, template, or a request that a channel should never make.
        put(Kind.MISCONFIGURED, 20003, 20404, 21212, 21408, 21602, 21603, 21604, 21606, 21608, 21617, 21619);
        put(Kind.MISCONFIGURED, 21654, 21655, 21656, 21659, 21660, 21703, 21704, 21705, 21910);
        put(Kind.MISCONFIGURED, 30002, 30007, 30018, 30024, 30032, 30034);
        put(Kind.MISCONFIGURED, 63007, 63013, 63015, 63016, 63020, 63021, 63027, 63028, 63040, 63041, 63042, 63051);
        put(Kind.RECIPIENT_REJECTED, 21211, 21612, 21614, 21635, 30004, 30005, 30006, 63003, 63024, 63032);
        put(Kind.OPTED_OUT, 21610, 63014, 63033);
        put(Kind.THROTTLED, 14107, 20429, 21611, 30001, 30022, 30023, 30450, 63018, 63038);
        put(Kind.UNAVAILABLE, 30003, 63012);
        put(Kind.UNCERTAIN, 20500, 20503, 30008, 30410);
    }

    private TwilioErrors() {}

    private static void put(Kind kind, int... codes) {
        for (int code : codes) {
            KINDS.put(code, kind);
        }
    }

    /**
     * Returns the kind of failure of a response that accepted no message. Only a 4xx means that none was created.
     *
     * @param code Twilio's error code; null if there was none
     */
    static Kind ofResponse(int status, @Nullable Integer code) {
        if (status / 100 != 4) {
            return Kind.UNCERTAIN;
        }
        return of(
                code,
                switch (status) {
                    case 401, 403 -> Kind.MISCONFIGURED;
                    case 429 -> Kind.THROTTLED;
                    default -> Kind.UNAVAILABLE;
                });
    }

    /** Returns the kind of a code; the given one if there is no code, or the code is not in the table. */
    static Kind of(@Nullable Integer code, Kind otherwise) {
        return Objects.requireNonNullElse(code == null ? null : KINDS.get(code), otherwise);
    }
}
