/** A payment that is confirmed by a code for its amount and payee: the example of docs/transactions.md. */
@NullMarked
package dev.otpkit.examples.payment;

import org.jspecify.annotations.NullMarked;
