/** What every user of OTP Kit meets: the manager, its requests and results, policies, recipients and secrets. */
@NullMarked
package dev.otpkit;

import org.jspecify.annotations.NullMarked;
