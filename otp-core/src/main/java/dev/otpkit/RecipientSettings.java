package dev.otpkit;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a manager that are about recipients.
 *
 * @param defaultRegion the region of phone numbers without a country code; null if those are refused
 * @param filter true for each recipient that may be sent to
 * @param testRecipients the recipients with a fixed code, to which nothing is delivered
 */
record RecipientSettings(@Nullable String defaultRegion, Predicate<Recipient> filter, TestRecipients testRecipients) {}
