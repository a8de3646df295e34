package dev.otpkit.spring.security;

import java.util.Optional;
import org.springframework.security.core.userdetails.UserDetails;

/** The addresses of an application whose usernames are addresses. */
final class UsernameAddresses implements OtpAddresses {
    /** Returns the name of the account rather than the typed one, which a lenient look-up may have mistaken for it. */
    @Override
    public Optional<String> of(UserDetails user) {
        return Optional.of(user.getUsername());
    }

    @Override
    public String ofUnknown(String username) {
        return username;
    }
}
