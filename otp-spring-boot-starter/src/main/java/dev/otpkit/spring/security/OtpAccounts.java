package dev.otpkit.spring.security;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AccountStatusException;
import org.springframework.security.authentication.AccountStatusUserDetailsChecker;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsChecker;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/** The look-up of accounts: the same work for a username with an account and for one without. */
final class OtpAccounts {
    private static final Logger LOG = LoggerFactory.getLogger(OtpAccounts.class);
    private static final int MAX_USERNAME = 320;

    private final UserDetailsService users;
    private final @Nullable OtpAddresses addresses;
    private final @Nullable String defaultRegion;
    private final UserDetailsChecker status = new AccountStatusUserDetailsChecker();

    /**
     * Creates a look-up.
     *
     * @param addresses null if a username is the address
     */
    OtpAccounts(UserDetailsService users, @Nullable OtpAddresses addresses, @Nullable String defaultRegion) {
        this.users = users;
        this.addresses = addresses;
        this.defaultRegion = defaultRegion;
    }

    /**
     * An account, or the pretence of one.
     *
     * @param user null if no code may be sent: there is no such account, it has no address, or the user service threw
     *     its status
     * @param address the address of the code or the decoy
     * @param unknown the address of the decoy if there were no such account
     * @param status the status that the user service threw; else null
     */
    record Account(
            @Nullable UserDetails user,
            String address,
            String unknown,
            @Nullable AccountStatusException status) {
        Account {
            Objects.requireNonNull(address, "the address must not be null");
            Objects.requireNonNull(unknown, "the address of an unknown username must not be null");
        }
    }

    /** Returns the username to look up for a typed text; empty if the text cannot be one. */
    Optional<String> username(String typed) {
        String text = typed.strip();
        if (addresses == null) {
            try {
                return Optional.of(Recipient.parse(text, defaultRegion).address());
            } catch (InvalidRecipientException e) {
                return Optional.empty();
            }
        }
        boolean possible =
                !text.isEmpty() && text.length() <= MAX_USERNAME && text.chars().noneMatch(Character::isISOControl);
        return possible ? Optional.of(text) : Optional.empty();
    }

    /**
     * Returns the account of a username.
     *
     * @throws AuthenticationServiceException if the application's user service or addresses throw: then nobody logs in
     */
    Account find(String username) {
        try {
            return load(username);
        } catch (RuntimeException e) {
            // Not its text, which may contain the username.
            LOG.error("could not look up an account: {} at {}", e.getClass().getName(), place(e));
            throw new AuthenticationServiceException("The account could not be looked up", e);
        }
    }

    private Account load(String username) {
        OtpAddresses source = addresses == null ? new UsernameAddresses() : addresses;
        String unknown = source.ofUnknown(username);
        UserDetails user;
        try {
            user = users.loadUserByUsername(username);
        } catch (UsernameNotFoundException e) {
            return new Account(null, unknown, unknown, null);
        } catch (AccountStatusException e) {
            return new Account(null, unknown, unknown, e);
        }
        Optional<String> address = source.of(user);
        return address.isPresent()
                ? new Account(user, address.get(), unknown, null)
                : new Account(null, unknown, unknown, null);
    }

    private static Object place(RuntimeException e) {
        StackTraceElement[] frames = e.getStackTrace();
        return frames.length == 0 ? "an unknown place" : frames[0];
    }

    /** Returns a mailbox that nobody has, for the decoy of a username that is itself an address without messages. */
    static String nobodys(String username) {
        return UUID.nameUUIDFromBytes(username.getBytes(StandardCharsets.UTF_8)) + "@unreachable.invalid";
    }

    boolean isActive(Account account) {
        if (account.user() == null) {
            return false;
        }
        try {
            check(account.user());
            return true;
        } catch (AccountStatusException e) {
            return false;
        }
    }

    /**
     * Checks that an account may log in.
     *
     * @throws AccountStatusException if it is locked, disabled or expired, or its credentials are
     */
    void check(UserDetails user) {
        status.check(user);
    }
}
