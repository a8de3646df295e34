package dev.otpkit.examples.web;

import java.util.Optional;

/** The accounts of the application. Thread-safe. */
interface Accounts {
    /** Returns the account with this canonical address. */
    Optional<Account> find(String address);

    /** Adds an account, and returns it; if the address has one already, returns that one. */
    Account add(Account account);
}
