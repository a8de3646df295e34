package dev.otpkit.internal.crypto;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A second implementation of the formula: HMAC-SHA-256 under the key of a use, over fields with their lengths. */
final class Formula {
    final byte[] bytes;

    private Formula(byte[] bytes) {
        this.bytes = bytes;
    }

    static Formula of(byte[] secret, String namespace, String use, @Nullable Object... fields) {
        return new Formula(hmac(key(secret, namespace, use), fields(fields)));
    }

    static byte[] key(byte[] secret, String namespace, String use) {
        return hmac(secret, fields("otpkit/1", use, namespace));
    }

    static byte[] fields(@Nullable Object... fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Object field : fields) {
                if (field == null) {
                    out.writeInt(-1);
                } else if (field instanceof Long number) {
                    out.writeInt(8);
                    out.writeLong(number);
                } else {
                    byte[] text = field.toString().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(text.length);
                    out.write(text);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    String name() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, 16));
    }

    long number() {
        return ByteBuffer.wrap(bytes).getLong();
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
