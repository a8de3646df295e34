/**
 * The texts of messages: the catalogue with its twelve languages, the fallback of locales, and the calculation of SMS
 * segments.
 */
@NullMarked
package dev.otpkit.message;

import org.jspecify.annotations.NullMarked;
