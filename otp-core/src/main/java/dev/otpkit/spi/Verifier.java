package dev.otpkit.spi;

import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;

/**
 * Decides on a typed code. The default one checks the store; wrap it ({@code OtpManager.Builder.verifier}) to audit or
 * to add a second check. Implementations are thread-safe.
 *
 * <p>A second check belongs before the default one: after it the code is used up. Whoever answers without asking the
 * default one takes over all its promises.
 */
@FunctionalInterface
public interface Verifier {

    /**
     * Answers a request.
     *
     * @param request what was typed; do not log its code, address or challenge id
     * @return the answer, never null
     */
    VerifyResult verify(VerifyRequest request);
}
