package dev.otpkit;

import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import java.util.Optional;

/**
 * The codes that are accepted: the fixed one of a test recipient, for anyone else the one derived from the challenge.
 */
record ExpectedCodes(CodeDeriver deriver, TestRecipients testRecipients) {

    /** The code of each challenge of one recipient for one purpose. */
    @FunctionalInterface
    interface OfRecipient {
        /** Returns the code of a challenge under a secret. */
        String of(KeyDerivation derivations, Challenge challenge);
    }

    /**
     * Returns the codes of a recipient for a purpose. Looks up the test recipient here, and not again for each code.
     */
    OfRecipient of(Recipient recipient, String purpose, OtpPolicy policy) {
        Optional<String> fixed = testRecipients.codeOf(recipient, purpose);
        return (derivations, challenge) -> fixed.orElseGet(() -> deriver.of(derivations, recipient, policy, challenge));
    }
}
