package dev.otpkit.spring.security;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.core.userdetails.UserDetails;

/** The addresses of the page: usernames such as {@code huda}, with the mailbox of the same name. */
final class StaffAddresses implements OtpAddresses {
    @Override
    public Optional<String> of(UserDetails user) {
        return Optional.of(user.getUsername() + "@staff.example");
    }

    @Override
    public String ofUnknown(String username) {
        return UUID.nameUUIDFromBytes(username.getBytes(StandardCharsets.UTF_8)) + "@staff.invalid";
    }
}
