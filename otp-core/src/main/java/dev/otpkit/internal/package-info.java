/** Recipient state and its rules, keyed derivations and the record codec. Not exported; changes without notice. */
@NullMarked
package dev.otpkit.internal;

import org.jspecify.annotations.NullMarked;
