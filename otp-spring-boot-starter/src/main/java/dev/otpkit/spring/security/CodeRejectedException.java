package dev.otpkit.spring.security;

import dev.otpkit.VerifyResult;
import java.io.Serial;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.security.authentication.BadCredentialsException;

/**
 * The reason of a rejected log-in. It is the cause of a {@link BadCredentialsException}: Spring Security publishes the
 * event of a failure for that class, but not for its subclasses.
 */
final class CodeRejectedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient VerifyResult.Rejected rejected;

    private CodeRejectedException(VerifyResult.Rejected rejected) {
        super("code rejected: " + rejected.reason());
        this.rejected = rejected;
    }

    static BadCredentialsException badCredentials(VerifyResult.Rejected rejected) {
        return new BadCredentialsException(
                "The code was not accepted: " + rejected.reason(), new CodeRejectedException(rejected));
    }

    static BadCredentialsException badCredentials(VerifyResult.Rejected.Reason reason) {
        return badCredentials(new VerifyResult.Rejected(reason, OptionalInt.empty(), Optional.empty()));
    }

    VerifyResult.Rejected rejected() {
        return rejected;
    }
}
