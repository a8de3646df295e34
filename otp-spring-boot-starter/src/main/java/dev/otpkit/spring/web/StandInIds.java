package dev.otpkit.spring.web;

import dev.otpkit.Recipient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Ids for {@linkplain SentCode#standIn() stand-ins} that look like the manager's challenge ids: a version byte and a
 * sealed text, as base64url, whose length is that of the address and of the purpose plus a constant. Thread-safe.
 */
final class StandInIds {
    private static final byte VERSION = 1;
    /** Version, nonce, the lengths of three fields, the last of the fields, and the tag. */
    private static final int OTHER_BYTES = 1 + 12 + 3 * Integer.BYTES + Long.BYTES + 16;

    private final SecureRandom random = new SecureRandom();

    String next(Recipient recipient, String purpose) {
        byte[] id = new byte[OTHER_BYTES + utf8(recipient.address()) + utf8(purpose)];
        random.nextBytes(id);
        id[0] = VERSION;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
