package dev.otpkit.internal.crypto;

import dev.otpkit.OtpPolicy;
import dev.otpkit.Recipient;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is derived from one secret within one namespace. Immutable and thread-safe.
 *
 * <p>Each use has a separate key, HMAC-SHA-256(secret, {@code otpkit/1} ‖ use ‖ namespace); the input of each
 * derivation is {@link Fields}.
 */
public final class KeyDerivation {
    private static final String VERSION = "otpkit/1";
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int NAME_BYTES = 16;
    private static final int LOG_TAG_BYTES = 4;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyedHash storeKey;
    private final KeyedHash tagKey;
    private final KeyedHash codeKey;
    private final KeyedHash handleKey;
    private final KeyedHash counterKey;
    private final KeyedHash logKey;
    private final ChallengeTokens challengeTokens;
    private final SecureRandom random = new SecureRandom();

    /** Derives the keys. */
    public KeyDerivation(byte[] secret, String namespace) {
        KeyedHash root = new KeyedHash(secret);
        storeKey = new KeyedHash(key(root, "store key", namespace));
        tagKey = new KeyedHash(key(root, "challenge tag", namespace));
        codeKey = new KeyedHash(key(root, "code", namespace));
        handleKey = new KeyedHash(key(root, "challenge handle", namespace));
        counterKey = new KeyedHash(key(root, "counter", namespace));
        challengeTokens = new ChallengeTokens(key(root, "challenge id", namespace), random);
        logKey = new KeyedHash(key(root, "log tag", namespace));
    }

    /** Returns the store key of a recipient: 128 bits as 22 characters. */
    public String storeKey(Recipient recipient) {
        return name(storeKey.of(new Fields().text(recipient.address())));
    }

    /**
     * Returns the tag of a recipient in the log: 32 bits as 8 hexadecimal digits. It has a separate key, so that a log
     * cannot be matched with a dump of the store.
     */
    public String logTag(Recipient recipient) {
        byte[] hash = logKey.of(new Fields().text(recipient.address()));
        return HexFormat.of().formatHex(hash, 0, LOG_TAG_BYTES);
    }

    /** Returns the tag of a client address in events and the log, of the same form as that of a recipient. */
    public String clientLogTag(String client) {
        byte[] hash = logKey.of(new Fields().text("client").text(client));
        return HexFormat.of().formatHex(hash, 0, LOG_TAG_BYTES);
    }

    /** Returns the number that stands for a client address in the names of counters. */
    public long clientTag(String client) {
        return BigEndian.getLong(tagKey.of(new Fields().text("client").text(client)), 0);
    }

    /**
     * Returns the number that is exclusive-ored into the tags of clients in the record of a recipient, so that a dump
     * of the store links no two recipients by the client that requested their codes.
     */
    public long clientMask(Recipient recipient) {
        return BigEndian.getLong(tagKey.of(new Fields().text("client mask").text(recipient.address())), 0);
    }

    /** Returns the name of a limiter's counter of a key in a window: 128 bits as 22 characters. */
    public String counter(String limiter, String key, long window) {
        return name(counterKey.of(new Fields().text(limiter).text(key).number(window)));
    }

    /** Returns the tag of a request without details. */
    public ChallengeTag tag(Recipient recipient, String purpose, @Nullable String binding, OtpPolicy policy) {
        return tag(recipient, purpose, binding, Map.of(), policy);
    }

    /**
     * Returns the tag of a request. It differs between recipients, so that a dump of the store links no two of them.
     *
     * <p>Without a binding and details one hash is enough: the next eight bytes after the purpose's half, with the form
     * of the code, which is no secret, exclusive-ored into them.
     *
     * @param details in the order of the names
     */
    public ChallengeTag tag(
            Recipient recipient,
            String purpose,
            @Nullable String binding,
            Map<String, String> details,
            OtpPolicy policy) {
        byte[] hash = purposeHash(recipient, purpose);
        long request = binding == null && details.isEmpty()
                ? BigEndian.getLong(hash, Long.BYTES) ^ form(policy)
                : boundTag(recipient, purpose, binding, details, policy);
        return new ChallengeTag(BigEndian.getLong(hash, 0), request);
    }

    /** Returns the half of the tag that depends on recipient and purpose only. */
    public long purposeTag(Recipient recipient, String purpose) {
        return BigEndian.getLong(purposeHash(recipient, purpose), 0);
    }

    private byte[] purposeHash(Recipient recipient, String purpose) {
        return tagKey.of(new Fields().text("purpose").text(recipient.address()).text(purpose));
    }

    private long boundTag(
            Recipient recipient,
            String purpose,
            @Nullable String binding,
            Map<String, String> details,
            OtpPolicy policy) {
        Fields request = new Fields()
                .text(details.isEmpty() ? "request" : "details")
                .text(recipient.address())
                .text(purpose)
                .text(binding)
                .number(policy.length())
                .text(policy.alphabet().characters());
        for (Map.Entry<String, String> detail : details.entrySet()) {
            request.text(detail.getKey()).text(detail.getValue());
        }
        return BigEndian.getLong(tagKey.of(request), 0);
    }

    /** Returns a number for the length and the alphabet of a policy's codes: FNV-1a with 64 bits. */
    private static long form(OtpPolicy policy) {
        String characters = policy.alphabet().characters();
        long form = (FNV_OFFSET ^ policy.length()) * FNV_PRIME;
        for (int i = 0; i < characters.length(); i++) {
            form = (form ^ characters.charAt(i)) * FNV_PRIME;
        }
        return form;
    }

    /** Returns a nonce from the system's random numbers, in one draw. */
    public Nonce nonce() {
        byte[] bits = new byte[2 * Long.BYTES];
        random.nextBytes(bits);
        return new Nonce(BigEndian.getLong(bits, 0), BigEndian.getLong(bits, Long.BYTES));
    }

    /** Returns the random numbers from which a challenge's code is drawn: always the same for the same challenge. */
    public RandomGenerator codeNumbers(Recipient recipient, ChallengeTag tag, Nonce nonce) {
        return new KeyedRandom(block -> codeKey.of(new Fields()
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
        return BigEndian.getLong(handleKey.of(new Fields().number(nonce.high()).number(nonce.low())), 0);
    }

    private static byte[] key(KeyedHash root, String use, String namespace) {
        return root.of(new Fields().text(VERSION).text(use).text(namespace));
    }

    private static String name(byte[] mac) {
        return BASE64.encodeToString(Arrays.copyOf(mac, NAME_BYTES));
    }
}
