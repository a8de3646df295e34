package dev.otpkit.spring.security;

import java.util.Optional;
import org.springframework.security.core.userdetails.UserDetails;

/**
 * The addresses that the codes of a log-in are sent to, for an application whose usernames are not themselves phone
 * numbers or email addresses. A bean of this type is used by the auto-configured {@link OtpLogin}.
 *
 * <p>Implementations are called by several threads at once. They must not take longer for a username with an account
 * than for one without: otherwise the time of the answer shows who has an account.
 */
public interface OtpAddresses {
    /**
     * Returns the address of an account. It is read at each send and at each log-in, so that a code to an address that
     * the account no longer has logs nobody in.
     *
     * @param user the account, as the application's user service loaded it
     * @return a phone number or an email address; empty if the account has none: it then cannot log in with a code, and
     *     is answered like an unknown username
     */
    Optional<String> of(UserDetails user);

    /**
     * Returns the address that a username without an account pretends to have. No message is sent to it, but limits are
     * counted for it, as they are for the address of an account. It also stands in for the address of an account that
     * is malformed, not allowed, without a channel or opted out. Called for each username, with and without an account.
     *
     * @param username the username as typed: 1 to 320 characters without controls
     * @return a valid address of the same kind as those of the accounts, allowed by the recipient filter, always the
     *     same for the same username, and nobody's, such as a hash of the username at a domain below {@code invalid}
     */
    String ofUnknown(String username);
}
