package dev.otpkit.examples.web;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * A registration that waits for its code, in the HTTP session. It has no code.
 *
 * @param address the canonical address of the person
 * @param shown the address as the page shows it, masked
 * @param name the name of the person
 * @param resendAfter the moment from which another code may be asked for
 */
record Registration(String address, String shown, String name, Instant resendAfter) implements Serializable {
    private static final long serialVersionUID = 1L;

    Registration {
        Objects.requireNonNull(address, "address must not be null");
        Objects.requireNonNull(shown, "shown must not be null");
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(resendAfter, "resendAfter must not be null");
    }

    Registration resendableAfter(Instant moment) {
        return new Registration(address, shown, name, moment);
    }
}
