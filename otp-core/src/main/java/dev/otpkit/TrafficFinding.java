package dev.otpkit;

import dev.otpkit.event.OtpEvent.TrafficLimited.Budget;
import java.time.Duration;
import java.time.Instant;

/**
 * A budget that a send exceeds.
 *
 * @param budget the budget
 * @param key the country, the prefix, or the log tag of the client, to which the budget belongs
 * @param count the number of sends, or of countries, with this one
 * @param limit the greatest number that is allowed
 * @param window the time in which they count
 * @param retryAfter the moment from which the send may be allowed
 * @param enforced false if the send goes on
 */
record TrafficFinding(
        Budget budget, String key, long count, long limit, Duration window, Instant retryAfter, boolean enforced) {}
