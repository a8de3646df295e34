package dev.otpkit.internal.state;

import dev.otpkit.OtpStoreException;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.PolicyLimits;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.spi.StoredRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a state. The first byte is the version, 1; then come the lists, each with one byte for its length.
 * All numbers are big-endian; a time is six bytes with a sign, which is enough for 4,000 years on either side of 1970.
 *
 * <p>Anything but exactly such a record is an {@link OtpStoreException}, never "absent": forgetting a recipient would
 * forget limits.
 */
public final class StateCodec {
    private static final byte VERSION = 1;
    private static final int TIME_BYTES = Short.BYTES + Integer.BYTES;
    private static final int CHALLENGE_BYTES = 4 * Long.BYTES + 3 * TIME_BYTES + 2;

    private StateCodec() {}

    /**
     * Returns the record of a state.
     *
     * @throws OtpStoreException if a time does not fit, since the clock is wrong by thousands of years
     */
    public static StoredRecord encode(RecipientState state) {
        ByteBuffer out = ByteBuffer.allocate(4
                + TIME_BYTES * (state.sends().size() + state.failures().size())
                + CHALLENGE_BYTES * state.challenges().size());
        out.put(VERSION);
        putTimes(out, state.sends());
        putTimes(out, state.failures());
        out.put((byte) state.challenges().size());
        for (Challenge challenge : state.challenges()) {
            out.putLong(challenge.tag().purpose()).putLong(challenge.tag().request());
            out.putLong(challenge.nonce().high()).putLong(challenge.nonce().low());
            putTime(out, challenge.createdAt());
            putTime(out, challenge.expiresAt());
            putTime(out, challenge.lastSentAt());
            out.put((byte) challenge.attemptsUsed()).put((byte) challenge.sends());
        }
        return StoredRecord.of(out.array());
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
            int count = within(in.get(), RecipientState.MAX_CHALLENGES);
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
            if (in.hasRemaining()) {
                throw malformed(null);
            }
            return new RecipientState(sends, failures, challenges);
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
        return new Challenge(
                new ChallengeTag(in.getLong(), in.getLong()),
                new Nonce(in.getLong(), in.getLong()),
                time(in),
                time(in),
                time(in),
                within(in.get(), Challenge.EXHAUSTED),
                Byte.toUnsignedInt(in.get()));
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
