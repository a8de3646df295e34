/** Budgets against SMS pumping: the examples of docs/abuse.md. */
@NullMarked
package dev.otpkit.examples.abuse;

import org.jspecify.annotations.NullMarked;
