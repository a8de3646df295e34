/** The rules for codes, attempts and limits, as pure functions of a state, a moment and a policy. */
@NullMarked
package dev.otpkit.internal.rules;

import org.jspecify.annotations.NullMarked;
