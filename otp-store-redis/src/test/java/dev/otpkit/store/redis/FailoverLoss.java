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
 * @param counterIsGone true if the new primary has no counter at all
 */
record FailoverLoss(int acknowledged, long lost, double millis, boolean counterIsGone) {
    /**
     * Compares the acknowledged sums with the counter on the new primary.
     *
     * @param moments the time of the acknowledgement of each sum, the lowest sum first, in nanoseconds
     * @param value the counter on the new primary; null if it has none
     * @param killed the time at which the old primary was killed, in nanoseconds
     */
    static FailoverLoss of(List<Long> moments, @Nullable String value, long killed) {
        long kept = value == null ? 0 : Long.parseLong(value);
        // The replica may have an addition whose caller did not get a reply.
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
