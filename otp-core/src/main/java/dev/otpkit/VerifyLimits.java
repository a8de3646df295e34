package dev.otpkit;

import dev.otpkit.internal.state.KeyedRateLimiter;
import org.jspecify.annotations.Nullable;

/**
 * The counters that a verification changes beside the recipient's record.
 *
 * @param failures the wrong codes of each client
 * @param traffic the budgets that a verified code is credited to; null if there are none
 */
record VerifyLimits(KeyedRateLimiter failures, @Nullable TrafficBudgets traffic) {}
