package dev.otpkit.internal.crypto;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpPolicy;
import dev.otpkit.Recipient;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is derived from one secret within one namespace. Immutable and thread-safe.
 *
 * <p>Each use has a key of its own, HMAC-SHA-256(secret, {@code otpkit/1} ‖ use ‖ namespace), and every field that goes
 * into a derivation is preceded by its length, so that no two lists of fields are the same bytes; the length of an
 * absent field is -1.
 */
public final class KeyDerivation {
    private static final String VERSION = "otpkit/1";
    private static final String HMAC = "HmacSHA256";
    private static final byte TOKEN_VERSION = 1;
    private static final int IV_BYTES = 12;
    private static final int GCM_TAG_BITS = 128;
    private static final int NAME_BYTES = 16;
    private static final int LOG_TAG_BYTES = 4;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec storeKey;
    private final SecretKeySpec tagKey;
    private final SecretKeySpec codeKey;
    private final SecretKeySpec handleKey;
    private final SecretKeySpec counterKey;
    private final SecretKeySpec tokenKey;
    private final SecretKeySpec logKey;
    private final SecureRandom random = new SecureRandom();

    /** Derives the keys. */
    public KeyDerivation(byte[] secret, String namespace) {
        SecretKeySpec root = new SecretKeySpec(secret, HMAC);
        storeKey = key(root, "store key", namespace, HMAC);
        tagKey = key(root, "challenge tag", namespace, HMAC);
        codeKey = key(root, "code", namespace, HMAC);
        handleKey = key(root, "challenge handle", namespace, HMAC);
        counterKey = key(root, "counter", namespace, HMAC);
        tokenKey = key(root, "challenge id", namespace, "AES");
        logKey = key(root, "log tag", namespace, HMAC);
    }

    /** Returns the store key of a recipient: 128 bits as 22 characters. */
    public String storeKey(Recipient recipient) {
        return name(mac(storeKey, new Fields().text(recipient.address())));
    }

    /**
     * Returns what stands for a recipient in a log: 32 bits as 8 hexadecimal digits. It has a key of its own, so that a
     * log and a dump of the store cannot be put side by side.
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
     * Returns the tag of a request. It differs for each recipient, so that a dump of the store links no two of them.
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

    /** Returns the half of the tag that depends on recipient and purpose alone. */
    public long purposeTag(Recipient recipient, String purpose) {
        Fields fields = new Fields().text("purpose").text(recipient.address()).text(purpose);
        return ByteBuffer.wrap(mac(tagKey, fields)).getLong();
    }

    /** Returns a nonce from the system's random numbers. */
    public Nonce nonce() {
        return new Nonce(random.nextLong(), random.nextLong());
    }

    /** Returns the random numbers that a challenge's code is drawn from: always the same for the same challenge. */
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

    /** Returns the id that stands for a challenge outside: encrypted and authenticated. */
    public String challengeId(Recipient recipient, String purpose, Nonce nonce) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        byte[] fields = new Fields()
                .text(purpose)
                .text(recipient.address())
                .number(handle(nonce))
                .bytes();
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv, fields)
                .orElseThrow(() -> new IllegalStateException("AES-GCM does not encrypt"));
        return BASE64.encodeToString(ByteBuffer.allocate(1 + IV_BYTES + sealed.length)
                .put(TOKEN_VERSION)
                .put(iv)
                .put(sealed)
                .array());
    }

    /** Returns what a challenge id stands for; empty if it was not made with this secret and namespace. */
    public Optional<OpenedChallenge> open(String challengeId) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(challengeId);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (token.length < 1 + IV_BYTES + GCM_TAG_BITS / Byte.SIZE || token[0] != TOKEN_VERSION) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOfRange(token, 1, 1 + IV_BYTES);
        byte[] sealed = Arrays.copyOfRange(token, 1 + IV_BYTES, token.length);
        return cipher(Cipher.DECRYPT_MODE, iv, sealed).flatMap(KeyDerivation::opened);
    }

    /** Returns what a challenge id tells of a nonce, which is not the nonce. */
    public long handle(Nonce nonce) {
        return ByteBuffer.wrap(mac(handleKey, new Fields().number(nonce.high()).number(nonce.low())))
                .getLong();
    }

    /**
     * What a challenge id stands for.
     *
     * @param recipient whom the code was sent to
     * @param purpose what it was sent for
     * @param handle which challenge it is
     */
    public record OpenedChallenge(Recipient recipient, String purpose, long handle) {}

    private static Optional<OpenedChallenge> opened(byte[] fields) {
        ByteBuffer in = ByteBuffer.wrap(fields);
        String purpose = Fields.nextText(in);
        String address = Fields.nextText(in);
        long handle = Fields.nextNumber(in);
        try {
            return Optional.of(new OpenedChallenge(Recipient.parse(address, null), purpose, handle));
        } catch (InvalidRecipientException e) {
            // Numbering plans change: the number was valid for the release that made the id.
            return Optional.empty();
        }
    }

    private Optional<byte[]> cipher(int mode, byte[] iv, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, tokenKey, new GCMParameterSpec(GCM_TAG_BITS, iv));
            cipher.updateAAD(new byte[] {TOKEN_VERSION});
            return Optional.of(cipher.doFinal(input));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
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

    /** Fields, each preceded by its length. */
    private static final class Fields {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

        Fields text(@Nullable String text) {
            return text == null ? length(-1) : field(text.getBytes(StandardCharsets.UTF_8));
        }

        Fields number(long number) {
            return field(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        static String nextText(ByteBuffer in) {
            byte[] text = new byte[in.getInt()];
            in.get(text);
            return new String(text, StandardCharsets.UTF_8);
        }

        static long nextNumber(ByteBuffer in) {
            in.getInt();
            return in.getLong();
        }

        private Fields field(byte[] field) {
            length(field.length).out.writeBytes(field);
            return this;
        }

        private Fields length(int length) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            return this;
        }
    }
}
