package dev.otpkit.examples.guard;

import dev.otpkit.Recipient;
import dev.otpkit.spi.SendContext;
import dev.otpkit.spi.SendGuard;
import java.util.function.Predicate;

/**
 * Lets the usual sends pass, and asks for a CAPTCHA before the others.
 *
 * @param usual the recipients that most people of this application have, such as those of one country
 * @param captcha true for a token that the CAPTCHA's service accepts; each is accepted once
 */
public record CaptchaGuard(Predicate<Recipient> usual, Predicate<String> captcha) implements SendGuard {
    @Override
    public Decision check(SendContext send) {
        if (usual.test(send.recipient()) && send.recentSends() < 2) {
            return Decision.ALLOW;
        }
        return send.proof().filter(captcha).isPresent() ? Decision.ALLOW : Decision.PROOF_REQUIRED;
    }
}
