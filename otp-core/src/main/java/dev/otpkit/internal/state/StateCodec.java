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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a state. The first byte is the version, 1; then come the lists, each with one byte for its length;
 * all numbers are big-endian.
 *
 * <p>Anything but exactly such a record is an {@link OtpStoreException}, never "absent": forgetting a recipient would
 * forget limits.
 */
public final class StateCodec {
    private static final byte VERSION = 1;
    private static final int CHALLENGE_BYTES = 4 * Long.BYTES + 3 * Long.BYTES + 2;

    private StateCodec() {}

    /** Returns the record of a state. */
    public static StoredRecord encode(RecipientState state) {
        ByteBuffer out = ByteBuffer.allocate(4
                + Long.BYTES * (state.sends().size() + state.failures().size())
                + CHALLENGE_BYTES * state.challenges().size());
        out.put(VERSION);
        putTimes(out, state.sends());
        putTimes(out, state.failures());
        out.put((byte) state.challenges().size());
        for (Challenge challenge : state.challenges()) {
            out.putLong(challenge.tag().purpose()).putLong(challenge.tag().request());
            out.putLong(challenge.nonce().high()).putLong(challenge.nonce().low());
            out.putLong(challenge.createdAt()).putLong(challenge.expiresAt()).putLong(challenge.lastSentAt());
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
            Set<ChallengeTag> tags = new HashSet<>();
            for (int i = 0; i < count; i++) {
                Challenge challenge = challenge(in);
                if (!tags.add(challenge.tag())) {
                    throw malformed(null);
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
        times.forEach(out::putLong);
    }

    private static List<Long> times(ByteBuffer in) {
        int count = within(in.get(), PolicyLimits.MAX_EVENTS);
        List<Long> times = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long time = in.getLong();
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
                in.getLong(),
                in.getLong(),
                in.getLong(),
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
