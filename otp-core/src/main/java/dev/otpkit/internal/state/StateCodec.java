package dev.otpkit.internal.state;

import dev.otpkit.OtpStoreException;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.rules.RecipientState.Standing;
import dev.otpkit.spi.StoredRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a state. The first byte is the version, 2; then come the lists, each with one byte for its length,
 * and what is known of the recipient beyond its codes. All numbers are big-endian; a time is six bytes with a sign,
 * which is enough for 4,000 years on either side of 1970; a text is one byte for its length and its bytes in UTF-8.
 *
 * <p>The usual record has nothing but times and challenges. Of the byte that counts the challenges, and of the one of
 * each challenge that counts its attempts, the low half is the count, and each bit of the high half says that something
 * more follows: so what is absent takes no byte.
 *
 * <p>Anything but exactly such a record is an {@link OtpStoreException}, never "absent": forgetting a recipient would
 * forget limits.
 */
public final class StateCodec {
    private static final byte VERSION = 2;

    /** The low half of a byte with a count and bits. */
    private static final int COUNT = 0x0F;

    private static final int VERIFIED_AT = 0x10;
    private static final int OPTED_OUT = 0x20;
    private static final int STATE_BITS = VERIFIED_AT | OPTED_OUT;

    private static final int DECOY = 0x10;
    private static final int MESSAGE = 0x20;
    private static final int FAILED_CHANNEL = 0x40;
    private static final int CLIENTS = 0x80;

    /**
     * The greatest length of a record, in bytes: the figure that {@code StoredRecord} promises to authors of stores.
     */
    public static final int MAX_BYTES = 2048;

    /** The greatest length of a text, in bytes. */
    public static final int MAX_TEXT_BYTES = 255;

    private static final int TIME_BYTES = Short.BYTES + Integer.BYTES;
    private static final int CHALLENGE_BYTES = 4 * Long.BYTES + 3 * TIME_BYTES + 2;

    private StateCodec() {}

    /**
     * Returns the record of a state. A state whose record would be too long first loses what is known of its messages,
     * then the oldest opt-outs: all else is part of a promise, and has room.
     *
     * @throws OtpStoreException if a time does not fit, since the clock is wrong by thousands of years
     */
    public static StoredRecord encode(RecipientState state) {
        int bytes = 4
                + TIME_BYTES * (state.sends().size() + state.failures().size())
                + CHALLENGE_BYTES * state.challenges().size()
                + more(state);
        if (bytes > MAX_BYTES) {
            RecipientState less = state.withLess();
            if (!less.equals(state)) {
                return encode(less);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.put(VERSION);
        putTimes(out, state.sends());
        putTimes(out, state.failures());
        Standing standing = state.standing();
        Long verifiedAt = standing.verifiedAt();
        List<String> optedOut = standing.optedOut();
        out.put((byte) (state.challenges().size()
                | (verifiedAt == null ? 0 : VERIFIED_AT)
                | (optedOut.isEmpty() ? 0 : OPTED_OUT)));
        for (Challenge challenge : state.challenges()) {
            put(out, challenge);
        }
        if (verifiedAt != null) {
            putTime(out, verifiedAt);
        }
        if (!optedOut.isEmpty()) {
            out.put((byte) optedOut.size());
            optedOut.forEach(medium -> putText(out, medium));
        }
        return StoredRecord.of(out.array());
    }

    /** Returns the number of bytes beyond those of times and challenges. */
    private static int more(RecipientState state) {
        int bytes = 0;
        for (Challenge challenge : state.challenges()) {
            Trace trace = challenge.trace();
            if (!trace.equals(Trace.NONE)) {
                SentMessage message = trace.message();
                bytes += message == null ? 0 : textBytes(message.channel()) + textBytes(message.providerMessageId());
                bytes += trace.failedChannel() == null ? 0 : textBytes(trace.failedChannel());
                bytes += trace.clients().isEmpty()
                        ? 0
                        : 1 + Long.BYTES * trace.clients().size();
            }
        }
        Standing standing = state.standing();
        if (!standing.equals(Standing.NONE)) {
            bytes += standing.verifiedAt() == null ? 0 : TIME_BYTES;
            bytes += standing.optedOut().isEmpty() ? 0 : 1;
            for (String medium : standing.optedOut()) {
                bytes += textBytes(medium);
            }
        }
        return bytes;
    }

    private static void put(ByteBuffer out, Challenge challenge) {
        out.putLong(challenge.tag().purpose()).putLong(challenge.tag().request());
        out.putLong(challenge.nonce().high()).putLong(challenge.nonce().low());
        putTime(out, challenge.createdAt());
        putTime(out, challenge.expiresAt());
        putTime(out, challenge.lastSentAt());
        Trace trace = challenge.trace();
        SentMessage message = trace.message();
        String failedChannel = trace.failedChannel();
        out.put((byte) (challenge.attemptsUsed()
                | (challenge.decoy() ? DECOY : 0)
                | (message == null ? 0 : MESSAGE)
                | (failedChannel == null ? 0 : FAILED_CHANNEL)
                | (trace.clients().isEmpty() ? 0 : CLIENTS)));
        out.put((byte) challenge.sends());
        if (message != null) {
            putText(out, message.channel());
            putText(out, message.providerMessageId());
        }
        if (failedChannel != null) {
            putText(out, failedChannel);
        }
        if (!trace.clients().isEmpty()) {
            out.put((byte) trace.clients().size());
            trace.clients().forEach(out::putLong);
        }
    }

    /** Returns the state of a record; {@link RecipientState#UNKNOWN} for an absent one. */
    public static RecipientState decode(@Nullable StoredRecord record) {
        if (record == null) {
            return RecipientState.UNKNOWN;
        }
        ByteBuffer in = ByteBuffer.wrap(record.bytes());
        try {
            int version = Byte.toUnsignedInt(in.get());
            if (version != VERSION) {
                throw new OtpStoreException("stored record has version " + version + ", but this library knows only "
                        + VERSION + "; do nodes of another release share the store?");
            }
            List<Long> sends = times(in);
            List<Long> failures = times(in);
            int bits = Byte.toUnsignedInt(in.get());
            int count = within((byte) (bits & COUNT), RecipientState.MAX_CHALLENGES);
            List<Challenge> challenges = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Challenge challenge = challenge(in);
                for (Challenge other : challenges) {
                    if (other.hasTag(challenge.tag())) {
                        throw malformed(null);
                    }
                }
                challenges.add(challenge);
            }
            Standing standing = standing(in, bits & ~COUNT);
            if (in.hasRemaining()) {
                throw malformed(null);
            }
            return new RecipientState(sends, failures, challenges, standing);
        } catch (BufferUnderflowException e) {
            throw malformed(e);
        }
    }

    private static void putTimes(ByteBuffer out, List<Long> times) {
        out.put((byte) times.size());
        for (long time : times) {
            putTime(out, time);
        }
    }

    private static void putTime(ByteBuffer out, long time) {
        long high = time >> Integer.SIZE;
        if (high != (short) high) {
            throw new OtpStoreException(
                    "a time does not fit a record: " + time + " ms since 1970; is the clock right?");
        }
        out.putShort((short) high).putInt((int) time);
    }

    private static long time(ByteBuffer in) {
        return (long) in.getShort() << Integer.SIZE | Integer.toUnsignedLong(in.getInt());
    }

    private static List<Long> times(ByteBuffer in) {
        int count = within(in.get(), PolicyLimits.MAX_EVENTS);
        List<Long> times = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long time = time(in);
            if (i > 0 && time < times.get(i - 1)) {
                throw malformed(null);
            }
            times.add(time);
        }
        return times;
    }

    private static Challenge challenge(ByteBuffer in) {
        ChallengeTag tag = new ChallengeTag(in.getLong(), in.getLong());
        Nonce nonce = new Nonce(in.getLong(), in.getLong());
        long createdAt = time(in);
        long expiresAt = time(in);
        long lastSentAt = time(in);
        int bits = Byte.toUnsignedInt(in.get());
        int sends = Byte.toUnsignedInt(in.get());
        return new Challenge(
                tag,
                nonce,
                createdAt,
                expiresAt,
                lastSentAt,
                within((byte) (bits & COUNT), Challenge.EXHAUSTED),
                sends,
                (bits & DECOY) != 0,
                trace(in, bits));
    }

    private static Trace trace(ByteBuffer in, int bits) {
        if ((bits & (MESSAGE | FAILED_CHANNEL | CLIENTS)) == 0) {
            return Trace.NONE;
        }
        SentMessage message = (bits & MESSAGE) == 0 ? null : new SentMessage(text(in), text(in));
        String failedChannel = (bits & FAILED_CHANNEL) == 0 ? null : text(in);
        List<Long> clients = new ArrayList<>();
        if ((bits & CLIENTS) != 0) {
            for (int left = atLeastOne(in.get(), Trace.MAX_CLIENTS); left > 0; left--) {
                clients.add(in.getLong());
            }
        }
        return new Trace(message, failedChannel, clients);
    }

    private static Standing standing(ByteBuffer in, int bits) {
        if (bits == 0) {
            return Standing.NONE;
        }
        if ((bits & ~STATE_BITS) != 0) {
            throw malformed(null);
        }
        Long verifiedAt = (bits & VERIFIED_AT) == 0 ? null : time(in);
        List<String> optedOut = new ArrayList<>();
        if ((bits & OPTED_OUT) != 0) {
            for (int left = atLeastOne(in.get(), Standing.MAX_OPTED_OUT); left > 0; left--) {
                optedOut.add(text(in));
            }
        }
        return new Standing(verifiedAt, optedOut);
    }

    /** Returns true for a text that a record can hold. */
    public static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT_BYTES;
    }

    private static int textBytes(String text) {
        return 1 + text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void putText(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "text must have at most " + MAX_TEXT_BYTES + " bytes, but has " + bytes.length);
        }
        out.put((byte) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[Byte.toUnsignedInt(in.get())];
        in.get(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw malformed(null);
        }
        return text;
    }

    private static int atLeastOne(byte value, int max) {
        if (value == 0) {
            throw malformed(null);
        }
        return within(value, max);
    }

    private static int within(byte value, int max) {
        if (value < 0 || value > max) {
            throw malformed(null);
        }
        return value;
    }

    private static OtpStoreException malformed(@Nullable Throwable cause) {
        String message = "stored record is malformed; does something else write to the store?";
        return cause == null ? new OtpStoreException(message) : new OtpStoreException(message, cause);
    }
}
