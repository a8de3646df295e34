package dev.otpkit.spi;

import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;

/**
 * Decides whether a typed code is accepted. The default one checks the store; wrap it
 * ({@code OtpManager.Builder.verifier}) to audit or to add a second check. Implementations are thread-safe.
 *
 * <p>Make a second check before the call of the default one, since after that a right code is used up. An
 * implementation that does not delegate to the default verifier must itself uphold every promise of {@code OtpManager}.
 */
@FunctionalInterface
public interface Verifier {

    /**
     * Verifies a code.
     *
     * @param request a request with the values of the caller's, not necessarily the same object; do not log its code,
     *     address or challenge id
     * @return the result, never null
     */
    VerifyResult verify(VerifyRequest request);
}
