package dev.otpkit.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the hash with the {@code Mac} of the JDK, whose vectors are those of RFC 4231. */
class KeyedHashTest {
    private static final byte[] KEY = bytes(32);

    /** Keys around the length of a block, beyond which a key is hashed first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 20, 32, 63, 64, 65, 131, 1000})
    void isHmacSha256UnderKeysOfAnyLength(int length) {
        byte[] key = bytes(length);
        KeyedHash hash = new KeyedHash(key);
        for (int text = 0; text < 300; text++) {
            Fields fields = new Fields().text("t".repeat(text)).number(text);
            assertThat(hash.of(fields)).as("%d characters", text).isEqualTo(mac(key, fields));
        }
    }

    @Test
    void isTheSameOnManyThreadsAtOnce() {
        KeyedHash hash = new KeyedHash(KEY);
        Fields fields = new Fields().text("user@example.com");
        byte[] expected = mac(KEY, fields);
        assertThat(IntStream.range(0, 20_000).parallel().mapToObj(i -> hash.of(fields)))
                .allSatisfy(each -> assertThat(each).isEqualTo(expected));
    }

    @Test
    @ResourceLock(Resources.GLOBAL)
    void worksWithAProviderWhoseDigestsCannotBeCopied() {
        Fields fields = new Fields().text("user@example.com");
        byte[] expected = mac(KEY, fields);
        Provider provider = new WithoutCopies();
        Security.insertProviderAt(provider, 1);
        KeyedHash hash;
        try {
            hash = new KeyedHash(KEY);
            assertThat(hash.of(fields)).isEqualTo(expected);
            assertThat(hash.of(fields)).as("a second time").isEqualTo(expected);
            assertThat(WithoutCopies.MADE).hasValueGreaterThanOrEqualTo(3);
        } finally {
            Security.removeProvider(provider.getName());
        }
        assertThat(hash.of(fields)).as("without the provider").isEqualTo(expected);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] mac(byte[] key, Fields fields) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(Arrays.copyOf(fields.bytes(), fields.length()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A provider like those of hardware modules, whose digests are not cloneable. */
    private static final class WithoutCopies extends Provider {
        static final AtomicInteger MADE = new AtomicInteger();
        private static final long serialVersionUID = 1;

        WithoutCopies() {
            super("WithoutCopies", "1", "for one test");
            put("MessageDigest.SHA-256", OneUse.class.getName());
        }
    }

    /** SHA-256 of the JDK, not cloneable. */
    public static final class OneUse extends MessageDigestSpi {
        private final MessageDigest digest;

        /** Called by the provider. */
        public OneUse() throws GeneralSecurityException {
            WithoutCopies.MADE.incrementAndGet();
            digest = MessageDigest.getInstance("SHA-256", "SUN");
        }

        @Override
        protected void engineUpdate(byte input) {
            digest.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            digest.update(input, offset, length);
        }

        @Override
        protected byte[] engineDigest() {
            return digest.digest();
        }

        @Override
        protected void engineReset() {
            digest.reset();
        }
    }
}
