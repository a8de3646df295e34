package dev.otpkit.examples.web;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * A payment that waits for its code, in the HTTP session. The code is bound to the amount and the payee of this record.
 *
 * @param id the id, which no other payment has
 * @param payee the name of the payee
 * @param typed the amount as it was typed
 * @param amount the amount with its currency, formatted once
 * @param resendAfter the moment from which another code may be asked for
 */
record Payment(String id, String payee, String typed, String amount, Instant resendAfter) implements Serializable {
    private static final long serialVersionUID = 1L;

    Payment {
        Objects.requireNonNull(id, "id must not be null");
        Objects.requireNonNull(payee, "payee must not be null");
        Objects.requireNonNull(typed, "typed must not be null");
        Objects.requireNonNull(amount, "amount must not be null");
        Objects.requireNonNull(resendAfter, "resendAfter must not be null");
    }

    Payment resendableAfter(Instant moment) {
        return new Payment(id, payee, typed, amount, moment);
    }
}
