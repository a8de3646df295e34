package dev.otpkit.internal.crypto;

import dev.otpkit.OtpPolicy;
import dev.otpkit.Recipient;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is derived from one secret within one namespace. Immutable and thread-safe.
 *
 * <p>Each use has a separate key, HMAC-SHA-256(secret, {@code otpkit/1} ‖ use ‖ namespace); the input of each
 * derivation is {@link Fields}.
 */
public final class KeyDerivation {
    private static final String VERSION = "otpkit/1";
    private static final String HMAC = "HmacSHA256";
    private static final int NAME_BYTES = 16;
    private static final int LOG_TAG_BYTES = 4;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec storeKey;
    private final SecretKeySpec tagKey;
    private final SecretKeySpec codeKey;
    private final SecretKeySpec handleKey;
    private final SecretKeySpec counterKey;
    private final SecretKeySpec logKey;
    private final ChallengeTokens challengeTokens;
    private final SecureRandom random = new SecureRandom();

    /** Derives the keys. */
    public KeyDerivation(byte[] secret, String namespace) {
        SecretKeySpec root = new SecretKeySpec(secret, HMAC);
        storeKey = key(root, "store key", namespace, HMAC);
        tagKey = key(root, "challenge tag", namespace, HMAC);
        codeKey = key(root, "code", namespace, HMAC);
        handleKey = key(root, "challenge handle", namespace, HMAC);
        counterKey = key(root, "counter", namespace, HMAC);
        challengeTokens = new ChallengeTokens(key(root, "challenge id", namespace, "AES"), random);
        logKey = key(root, "log tag", namespace, HMAC);
    }

    /** Returns the store key of a recipient: 128 bits as 22 characters. */
    public String storeKey(Recipient recipient) {
        return name(mac(storeKey, new Fields().text(recipient.address())));
    }

    /**
     * Returns the tag of a recipient in the log: 32 bits as 8 hexadecimal digits. It has a separate key, so that a log
     * cannot be matched with a dump of the store.
     */
    public String logTag(Recipient recipient) {
        byte[] mac = mac(logKey, new Fields().text(recipient.address()));
        return HexFormat.of().formatHex(mac, 0, LOG_TAG_BYTES);
    }

    /** Returns the name of a limiter's counter of a key in a window: 128 bits as 22 characters. */
    public String counter(String limiter, String key, long window) {
        return name(mac(counterKey, new Fields().text(limiter).text(key).number(window)));
    }

    /**
     * Returns the tag of a request. It differs between recipients, so that a dump of the store links no two of them.
     */
    public ChallengeTag tag(Recipient recipient, String purpose, @Nullable String binding, OtpPolicy policy) {
        Fields request = new Fields()
                .text("request")
                .text(recipient.address())
                .text(purpose)
                .text(binding)
                .number(policy.length())
                .text(policy.alphabet().characters());
        return new ChallengeTag(
                purposeTag(recipient, purpose),
                ByteBuffer.wrap(mac(tagKey, request)).getLong());
    }

    /** Returns the half of the tag that depends on recipient and purpose only. */
    public long purposeTag(Recipient recipient, String purpose) {
        Fields fields = new Fields().text("purpose").text(recipient.address()).text(purpose);
        return ByteBuffer.wrap(mac(tagKey, fields)).getLong();
    }

    /** Returns a nonce from the system's random numbers. */
    public Nonce nonce() {
        return new Nonce(random.nextLong(), random.nextLong());
    }

    /** Returns the random numbers from which a challenge's code is drawn: always the same for the same challenge. */
    public RandomGenerator codeNumbers(Recipient recipient, ChallengeTag tag, Nonce nonce) {
        return new KeyedRandom(block -> mac(
                codeKey,
                new Fields()
                        .text(recipient.address())
                        .number(tag.purpose())
                        .number(tag.request())
                        .number(nonce.high())
                        .number(nonce.low())
                        .number(block)));
    }

    /** Returns the challenge ids of this secret and namespace. */
    public ChallengeTokens challengeTokens() {
        return challengeTokens;
    }

    /** Returns the number that stands for a nonce in a challenge id, and from which the nonce cannot be computed. */
    public long handle(Nonce nonce) {
        return ByteBuffer.wrap(mac(handleKey, new Fields().number(nonce.high()).number(nonce.low())))
                .getLong();
    }

    private static SecretKeySpec key(SecretKeySpec root, String use, String namespace, String algorithm) {
        Fields fields = new Fields().text(VERSION).text(use).text(namespace);
        return new SecretKeySpec(mac(root, fields), algorithm);
    }

    private static byte[] mac(SecretKeySpec key, Fields fields) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(fields.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + HMAC, e);
        }
    }

    private static String name(byte[] mac) {
        return BASE64.encodeToString(Arrays.copyOf(mac, NAME_BYTES));
    }
}
