package dev.otpkit.store.redis;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Additions to a counter that a failover has lost.
 *
 * @param acknowledged the number of writes
 * @param lost the number of them that are gone, the last ones
 * @param millis from the acknowledgement of the first that is gone to the end of the old primary; 0 if none is gone
 * @param counterIsGone whether the new primary has no counter at all
 */
record FailoverLoss(int acknowledged, long lost, double millis, boolean counterIsGone) {
    /**
     * Compares what was acknowledged with what the new primary has.
     *
     * @param moments when each sum was acknowledged, the lowest sum first, in nanoseconds
     * @param value of the counter on the new primary; null if it has none
     * @param killed when the old primary ended, in nanoseconds
     */
    static FailoverLoss of(List<Long> moments, @Nullable String value, long killed) {
        long kept = value == null ? 0 : Long.parseLong(value);
        // An addition can have come to the replica and not to its caller.
        long lost = Math.max(0, moments.size() - kept);
        double millis = lost == 0 ? 0 : (killed - moments.get((int) kept)) / 1e6;
        return new FailoverLoss(moments.size(), lost, millis, value == null);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "of %d acknowledged writes %d were lost, of the last %.2f ms%s",
                acknowledged,
                lost,
                millis,
                counterIsGone ? ": the new primary has none of them" : "");
    }
}
