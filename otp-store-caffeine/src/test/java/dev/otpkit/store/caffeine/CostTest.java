package dev.otpkit.store.caffeine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.otpkit.EmailAddress;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.PhoneNumber;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The cost of {@code send} and {@code verify}, in counts and in bytes: neither depends on the load of the machine. Each
 * count is exact. Each bound of bytes is half as much again as measured, so a test that fails here does not show a
 * wrong result, but a call that has become dearer; {@code docs/performance.md} has the times.
 */
@Isolated("counts every hash and every draw of the JVM")
class CostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String MAIL = "user@example.com";
    private static final String PHONE = "+966501234567";

    private static final int ROUNDS = 300;

    /** The hashes of one HMAC: the inner and the outer one. */
    private static final int HMAC = 2;

    private final Outbox outbox = new Outbox();
    private final CountingStore store = new CountingStore();

    @Test
    void aSendTakesThreeHmacsOneDrawOneReadAndOneExchange() {
        Count count = Count.of(this::manager, otp -> send(otp, MAIL));

        assertThat(count).isEqualTo(new Count(3 * HMAC, 1, 1, 1));
    }

    @Test
    void aVerificationTakesThreeHmacsNoDrawOneReadAndOneExchange() {
        Count right = Count.of(
                () -> sent(MAIL),
                otp -> assertThat(verify(otp, MAIL, outbox.code)).isTrue());
        assertThat(right).isEqualTo(new Count(3 * HMAC, 0, 1, 1));

        Count wrong = Count.of(
                () -> sent(PHONE),
                otp -> assertThat(verify(otp, PHONE, outbox.wrong())).isFalse());
        assertThat(wrong).isEqualTo(new Count(3 * HMAC, 0, 1, 1));
    }

    @Test
    void aDecoyTakesAsMuchAsARealSend() {
        Count sent = Count.of(
                this::manager,
                otp -> assertThat(otp.send(OtpRequest.to(MAIL).decoy()).isSent())
                        .isTrue());
        assertThat(sent).isEqualTo(new Count(3 * HMAC, 1, 1, 1));

        Count wrong = Count.of(
                () -> {
                    OtpManager otp = manager();
                    otp.send(OtpRequest.to(MAIL).decoy());
                    return otp;
                },
                otp -> assertThat(verify(otp, MAIL, "123456")).isFalse());
        assertThat(wrong).isEqualTo(new Count(3 * HMAC, 0, 1, 1));
    }

    @Test
    void aCodeOfTwelveCharactersTakesOneHmacMore() {
        OtpPolicy twelve = OtpPolicy.builder().length(12).build();

        assertThat(Count.of(() -> manager(twelve), otp -> send(otp, MAIL))).isEqualTo(new Count(4 * HMAC, 1, 1, 1));
    }

    @Test
    void aBindingTakesOneHmacMore() {
        Count count =
                Count.of(this::manager, otp -> otp.send(OtpRequest.to(MAIL).boundTo("session")));

        assertThat(count).isEqualTo(new Count(4 * HMAC, 1, 1, 1));
    }

    @Test
    void detailsTakeOneHmacMoreWithABindingOrWithout() {
        for (String binding : new String[] {null, "session"}) {
            OtpRequest request =
                    OtpRequest.to(MAIL).detail("amount", "100.00 SAR").detail("payee", "Shop");
            OtpRequest bound = binding == null ? request : request.boundTo(binding);
            Count send = Count.of(this::manager, otp -> otp.send(bound));
            assertThat(send).isEqualTo(new Count(4 * HMAC, 1, 1, 1));

            Count verify = Count.of(
                    () -> {
                        OtpManager otp = manager();
                        otp.send(bound);
                        return otp;
                    },
                    otp -> {
                        VerifyRequest right = VerifyRequest.of(MAIL, outbox.code)
                                .detail("amount", "100.00 SAR")
                                .detail("payee", "Shop");
                        assertThat(otp.verify(binding == null ? right : right.boundTo(binding))
                                        .isVerified())
                                .isTrue();
                    });
            assertThat(verify).isEqualTo(new Count(4 * HMAC, 0, 1, 1));
        }
    }

    @Test
    void aSendThatComesTooSoonDrawsAndWritesNothing() {
        Count count = Count.of(
                () -> sent(MAIL), otp -> assertThat(otp.send(MAIL).isSent()).isFalse());

        assertThat(count).isEqualTo(new Count(2 * HMAC, 0, 1, 0));
    }

    @Test
    void aStatusTakesTwoHmacsAndOneRead() {
        Count count = Count.of(
                () -> sent(MAIL),
                otp -> assertThat(otp.status(MAIL, OtpManager.DEFAULT_PURPOSE).isPending())
                        .isTrue());

        assertThat(count).isEqualTo(new Count(2 * HMAC, 0, 1, 0));
    }

    @Test
    void toForgetTakesOneHmacOneReadAndOneExchange() {
        assertThat(Count.of(() -> sent(MAIL), otp -> otp.forget(MAIL))).isEqualTo(new Count(HMAC, 0, 1, 1));
    }

    @Test
    void inputThatIsMalformedTakesNothing() {
        assertThat(Count.of(() -> sent(MAIL), otp -> verify(otp, MAIL, "12345")))
                .isEqualTo(Count.NOTHING);
        assertThat(Count.of(() -> sent(MAIL), otp -> verify(otp, "user@", "123456")))
                .isEqualTo(Count.NOTHING);
        assertThat(Count.of(() -> sent(MAIL), otp -> otp.send("+9665"))).isEqualTo(Count.NOTHING);
        assertThat(Count.of(() -> sent(MAIL), otp -> otp.verify(VerifyRequest.ofChallenge("no challenge", "123456"))))
                .isEqualTo(Count.NOTHING);
    }

    @Test
    void aChallengeIdIsPaidForByThoseWhoAskForIt() {
        Count count = Count.of(this::manager, otp -> ((SendResult.Sent) otp.send(MAIL)).challengeId());

        assertThat(count).isEqualTo(new Count(4 * HMAC, 2, 1, 1));
    }

    @Test
    void aPairByMailWithHtmlStaysWithinItsBytes() {
        OtpManager otp = inMemory();
        List<String> addresses = addresses("user%d@example.com");

        assertThat(bytes(i -> {
                    otp.send(addresses.get(i));
                    return verify(otp, addresses.get(i), outbox.code);
                }))
                .isLessThan(14_500);
    }

    @Test
    void aPairBySmsToAKnownRecipientStaysWithinItsBytes() {
        OtpManager otp = inMemory();
        List<PhoneNumber> recipients = phones();

        assertThat(bytes(i -> pair(otp, recipients.get(i)))).isLessThan(13_100);
    }

    /** The slack is half a parse, whatever the JVM has compiled: a pair by mail with the same text parses nothing. */
    @Test
    void aPairBySmsToAKnownRecipientParsesNoNumber() {
        OtpManager otp = inMemory(OtpPolicy.defaults(), CostTest::plain);
        List<PhoneNumber> numbers = phones();
        List<EmailAddress> mails =
                addresses("user%d@example.com").stream().map(EmailAddress::new).toList();

        long parse = bytes(
                i -> Recipient.phone(numbers.get(i).address(), null).address().startsWith("+"));
        long mail = bytes(i -> pair(otp, mails.get(i)));
        long phone = bytes(i -> pair(otp, numbers.get(i)));

        assertThat(phone).as("with %s for a parse", parse).isLessThan(mail + parse / 2);
    }

    @Test
    void aRejectionTakesFewerBytesThanAPair() {
        OtpManager otp = inMemory();
        List<String> addresses = addresses("user%d@example.com");
        List<String> wrong = wrongCodesOf(otp, addresses);
        long pair = bytesOfAPair(otp);

        assertThat(bytes(i -> !otp.send(addresses.get(i)).isSent()))
                .as("too soon")
                .isLessThan(4_900)
                .isLessThan(pair);
        assertThat(bytes(i -> reason(otp.verify(addresses.get(i), wrong.get(i))) == Reason.WRONG_CODE))
                .as("wrong code")
                .isLessThan(8_300)
                .isLessThan(pair);
        assertThat(bytes(i -> reason(otp.verify("user@example.org", "123456")) == Reason.NO_PENDING_CODE))
                .as("no code")
                .isLessThan(3_900)
                .isLessThan(pair);
        assertThat(bytes(i -> reason(otp.verify(addresses.get(i), "12345")) == Reason.MALFORMED_CODE))
                .as("malformed code")
                .isLessThan(520)
                .isLessThan(pair);
        assertThat(bytes(i -> reason(otp.verify("user@", "123456")) == Reason.INVALID_RECIPIENT))
                .as("malformed address")
                .isLessThan(470)
                .isLessThan(pair);
        VerifyRequest garbage = VerifyRequest.ofChallenge("A".repeat(200), "123456");
        assertThat(bytes(i -> reason(otp.verify(garbage)) == Reason.INVALID_CHALLENGE))
                .as("garbage for a challenge id")
                .isLessThan(1_060)
                .isLessThan(pair);

        OtpPolicy oneAttempt = OtpPolicy.builder().maxAttempts(1).build();
        OtpManager exhausted = inMemory(oneAttempt, MessageCatalog.create());
        List<String> exhausting = wrongCodesOf(exhausted, addresses);
        addresses.forEach(address -> exhausted.verify(address, exhausting.get(addresses.indexOf(address))));
        assertThat(bytes(i -> reason(exhausted.verify(addresses.get(i), "123456")) == Reason.TOO_MANY_ATTEMPTS))
                .as("exhausted")
                .isLessThan(5_800)
                .isLessThan(pair);

        OtpPolicy oneFailure = OtpPolicy.builder()
                .failureLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        OtpManager locked = inMemory(oneFailure, MessageCatalog.create());
        List<String> locking = wrongCodesOf(locked, addresses);
        addresses.forEach(address -> locked.verify(address, locking.get(addresses.indexOf(address))));
        assertThat(bytes(i -> reason(locked.verify(addresses.get(i), "123456")) == Reason.LOCKED))
                .as("locked")
                .isLessThan(6_000)
                .isLessThan(pair);
    }

    /** A forged id is decrypted, and the cipher refuses it with an exception, which takes about as many as a pair. */
    @Test
    void aForgedChallengeIdTakesAtMostOneAndAHalfPairs() {
        OtpManager otp = inMemory();
        VerifyRequest forged = VerifyRequest.ofChallenge(forgedChallengeId(otp), "123456");
        long pair = bytesOfAPair(otp);

        assertThat(bytes(i -> reason(otp.verify(forged)) == Reason.INVALID_CHALLENGE))
                .isLessThan(14_500)
                .isLessThan(pair + pair / 2);
    }

    private long bytesOfAPair(OtpManager otp) {
        List<String> addresses = addresses("pair%d@example.com");
        return bytes(i -> {
            send(otp, addresses.get(i));
            return verify(otp, addresses.get(i), outbox.code);
        });
    }

    /** Sends a code to each address, and returns a wrong one for each. */
    private List<String> wrongCodesOf(OtpManager otp, List<String> addresses) {
        return addresses.stream()
                .map(address -> {
                    send(otp, address);
                    return outbox.wrong();
                })
                .toList();
    }

    /** Returns a challenge id with the version and the nonce of a real one, and other content. */
    private static String forgedChallengeId(OtpManager otp) {
        byte[] token = Base64.getUrlDecoder().decode(((SendResult.Sent) otp.send("forged@example.com")).challengeId());
        Arrays.fill(token, 13, token.length, (byte) 7);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private boolean pair(OtpManager otp, Recipient recipient) {
        otp.send(OtpRequest.to(recipient));
        return otp.verify(VerifyRequest.of(recipient, outbox.code)).isVerified();
    }

    private static List<PhoneNumber> phones() {
        return addresses("+96650%07d").stream()
                .map(number -> Recipient.phone(number, null))
                .toList();
    }

    /** Renders every medium alike. */
    private static OtpMessage plain(MessageContext context) {
        return new OtpMessage(
                context.recipient(),
                context.code(),
                context.purpose(),
                context.locale(),
                context.validFor(),
                "Your code",
                context.code() + " is your code",
                Optional.empty());
    }

    private static Reason reason(VerifyResult result) {
        return ((VerifyResult.Rejected) result).reason();
    }

    /** Returns as many addresses as {@link #bytes} runs an operation. */
    private static List<String> addresses(String format) {
        return IntStream.range(0, ROUNDS)
                .mapToObj(i -> String.format(Locale.ROOT, format, i))
                .toList();
    }

    private OtpManager inMemory() {
        return inMemory(OtpPolicy.defaults(), MessageCatalog.create());
    }

    private OtpManager inMemory(OtpPolicy policy, MessageRenderer messages) {
        return OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.random())
                .store(CaffeineOtpStore.create())
                .channel(outbox)
                .policy(policy)
                .messages(messages)
                .build();
    }

    private static void send(OtpManager otp, String address) {
        assertThat(otp.send(address).isSent()).isTrue();
    }

    private static boolean verify(OtpManager otp, String address, String code) {
        return otp.verify(address, code).isVerified();
    }

    private OtpManager manager() {
        return manager(OtpPolicy.defaults());
    }

    private OtpManager manager(OtpPolicy policy) {
        return OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.random())
                .store(store)
                .channel(outbox)
                .policy(policy)
                .build();
    }

    private OtpManager sent(String address) {
        OtpManager otp = manager();
        send(otp, address);
        return otp;
    }

    private interface Call {
        void on(OtpManager otp);
    }

    private interface Making {
        OtpManager manager();
    }

    private interface Operation {
        /** Returns whether the operation had the expected result. */
        boolean run(int round);
    }

    /** Returns the least bytes that an operation allocates, after its classes are loaded. */
    private static long bytes(Operation operation) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean expected = operation.run(i);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            assertThat(expected).isTrue();
        }
        return least;
    }

    /** The hashes, draws, reads and exchanges of one call. */
    private record Count(int hashes, int draws, int reads, int exchanges) {
        static final Count NOTHING = new Count(0, 0, 0, 0);

        /** Counts a call of a manager that is made before, under a provider that counts. */
        static Count of(Making making, Call call) {
            Counting provider = new Counting();
            Security.insertProviderAt(provider, 1);
            try {
                OtpManager otp = making.manager();
                CountingStore.READS.set(0);
                CountingStore.EXCHANGES.set(0);
                Counting.HASHES.set(0);
                Counting.DRAWS.set(0);
                call.on(otp);
                return new Count(
                        Counting.HASHES.get(),
                        Counting.DRAWS.get(),
                        CountingStore.READS.get(),
                        CountingStore.EXCHANGES.get());
            } finally {
                Security.removeProvider(provider.getName());
            }
        }
    }

    /** Counts the hashes of SHA-256 and the draws of random numbers. */
    private static final class Counting extends Provider {
        static final AtomicInteger HASHES = new AtomicInteger();
        static final AtomicInteger DRAWS = new AtomicInteger();
        private static final long serialVersionUID = 1;

        Counting() {
            super("Counting", "1", "for one test");
            put("MessageDigest.SHA-256", Sha256.class.getName());
            put("SecureRandom.NativePRNG", Random.class.getName());
        }
    }

    /** SHA-256 of the JDK. */
    public static final class Sha256 extends MessageDigestSpi implements Cloneable {
        private final MessageDigest digest;

        /** Called by the provider. */
        public Sha256() throws GeneralSecurityException {
            this(MessageDigest.getInstance("SHA-256", "SUN"));
        }

        private Sha256(MessageDigest digest) {
            this.digest = digest;
        }

        @Override
        public Object clone() throws CloneNotSupportedException {
            return new Sha256((MessageDigest) digest.clone());
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
            Counting.HASHES.incrementAndGet();
            return digest.digest();
        }

        @Override
        protected void engineReset() {
            digest.reset();
        }
    }

    /** Random numbers of the JDK. */
    public static final class Random extends SecureRandomSpi {
        private static final long serialVersionUID = 1;

        private final SecureRandom random;

        /** Called by the provider. */
        public Random() throws NoSuchAlgorithmException {
            random = SecureRandom.getInstance("DRBG");
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            random.setSeed(seed);
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            Counting.DRAWS.incrementAndGet();
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int bytes) {
            return random.generateSeed(bytes);
        }
    }

    /** A store in memory. */
    private static final class CountingStore implements OtpStore {
        static final AtomicInteger READS = new AtomicInteger();
        static final AtomicInteger EXCHANGES = new AtomicInteger();

        private final OtpStore store = CaffeineOtpStore.create();

        @Override
        public @Nullable StoredRecord get(String key) {
            READS.incrementAndGet();
            return store.get(key);
        }

        @Override
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            EXCHANGES.incrementAndGet();
            return store.compareAndExchange(key, expected, update, ttl);
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            throw new AssertionError("there is no limit per client");
        }

        @Override
        public boolean isShared() {
            return false;
        }
    }

    /** Keeps the last code. */
    private static final class Outbox implements DeliveryChannel {
        private String code = "";

        String wrong() {
            return code.startsWith("1") ? "2" + code.substring(1) : "1" + code.substring(1);
        }

        @Override
        public String name() {
            return "outbox";
        }

        @Override
        public String medium() {
            return "sms";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            code = message.code();
            return DeliveryReceipt.accepted();
        }
    }
}
