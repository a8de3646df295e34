package dev.otpkit.internal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class KeyedHashTest {
    /** RFC 4231, 4.2, but with the fields of one text: its length in four bytes comes first. */
    private static final byte[] KEY = HexFormat.of().parseHex("0b".repeat(20));

    private static final Fields HI_THERE = new Fields().text("Hi There");
    private static final byte[] EXPECTED = expected();

    @Test
    void isHmacSha256() {
        KeyedHash hash = new KeyedHash(KEY);
        assertThat(hash.of(HI_THERE)).isEqualTo(EXPECTED);
        assertThat(hash.of(HI_THERE)).as("a second time").isEqualTo(EXPECTED);
        assertThat(new KeyedHash(new byte[] {1}).of(HI_THERE)).isNotEqualTo(EXPECTED);
    }

    @Test
    void isTheSameOnManyThreadsAtOnce() {
        KeyedHash hash = new KeyedHash(KEY);
        assertThat(IntStream.range(0, 20_000).parallel().mapToObj(i -> hash.of(HI_THERE)))
                .allSatisfy(each -> assertThat(each).isEqualTo(EXPECTED));
    }

    @Test
    @ResourceLock(Resources.GLOBAL)
    void worksWithAProviderWhoseMacsCannotBeCopied() {
        Provider provider = new WithoutCopies();
        Security.insertProviderAt(provider, 1);
        KeyedHash hash;
        try {
            hash = new KeyedHash(KEY);
            assertThat(hash.of(HI_THERE)).isEqualTo(EXPECTED);
            assertThat(hash.of(HI_THERE)).as("a second time").isEqualTo(EXPECTED);
            assertThat(WithoutCopies.MADE).hasValueGreaterThan(2);
        } finally {
            Security.removeProvider(provider.getName());
        }
        assertThat(hash.of(HI_THERE)).as("without the provider").isEqualTo(EXPECTED);
    }

    private static byte[] expected() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256", "SunJCE");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            return mac.doFinal(HexFormat.of().parseHex("000000084869205468657265"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A provider like those of hardware modules, whose Mac is not cloneable. */
    private static final class WithoutCopies extends Provider {
        static final AtomicInteger MADE = new AtomicInteger();
        private static final long serialVersionUID = 1;

        WithoutCopies() {
            super("WithoutCopies", "1", "for one test");
            put("Mac.HmacSHA256", OneUse.class.getName());
        }
    }

    /** HMAC-SHA-256 of the JDK, not cloneable. */
    public static final class OneUse extends MacSpi {
        private final Mac mac;

        /** Called by the provider. */
        public OneUse() throws GeneralSecurityException {
            WithoutCopies.MADE.incrementAndGet();
            mac = Mac.getInstance("HmacSHA256", "SunJCE");
        }

        @Override
        protected int engineGetMacLength() {
            return mac.getMacLength();
        }

        @Override
        protected void engineInit(Key key, AlgorithmParameterSpec params) throws InvalidKeyException {
            mac.init(key);
        }

        @Override
        protected void engineUpdate(byte input) {
            mac.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            mac.update(input, offset, length);
        }

        @Override
        protected byte[] engineDoFinal() {
            return mac.doFinal();
        }

        @Override
        protected void engineReset() {
            mac.reset();
        }
    }
}
