package dev.otpkit.examples.web;

import java.util.Objects;

/**
 * An account, whose address is confirmed.
 *
 * @param address the phone number or email address in canonical form, which identifies the account
 * @param name the name of the person
 */
record Account(String address, String name) {
    Account {
        Objects.requireNonNull(address, "address must not be null");
        Objects.requireNonNull(name, "name must not be null");
    }
}
