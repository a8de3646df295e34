package dev.otpkit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpStoreException;
import dev.otpkit.Recipient;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.Challenge.SentMessage;
import dev.otpkit.internal.rules.Challenge.Trace;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.rules.RecipientState.Standing;
import dev.otpkit.spi.StoredRecord;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateCodecTest {
    private static final long NOW = 1_700_000_000_000L;

    /** The earliest and the latest time that a record can hold: 48 bits. */
    private static final long EARLIEST = -(1L << 47);

    private static final long LATEST = (1L << 47) - 1;

    private static final int SENDS_COUNT = 1;
    private static final int HEADER_BYTES = 4;
    private static final int CHALLENGE_BYTES = 52;
    private static final int ATTEMPTS_IN_CHALLENGE = 50;
    private static final int SENDS_IN_CHALLENGE = 51;

    /** A state with something in every field. */
    private static final RecipientState FULL = new RecipientState(
            List.of(NOW, NOW + 30_000),
            List.of(NOW + 10_000),
            List.of(
                    new Challenge(
                            new ChallengeTag(0x0102030405060708L, 0x1112131415161718L),
                            new Nonce(0x2122232425262728L, 0xF1F2F3F4F5F6F7F8L),
                            NOW,
                            NOW + 300_000,
                            NOW + 30_000,
                            3,
                            200),
                    new Challenge(
                            new ChallengeTag(0x0102030405060708L, -1),
                            new Nonce(0, 1),
                            NOW,
                            NOW + 1,
                            EARLIEST,
                            10,
                            0)));

    private static final String FULL_HEX = "02" // version
            + "02" + "018bcfe56800" + "018bcfe5dd30" // sends
            + "01" + "018bcfe58f10" // failures
            + "02" // challenges
            + "0102030405060708" + "1112131415161718" // tag
            + "2122232425262728" + "f1f2f3f4f5f6f7f8" // nonce
            + "018bcfe56800" + "018bcfe9fbe0" + "018bcfe5dd30" // created, expires, last sent
            + "03" + "c8" // attempts, sends
            + "0102030405060708" + "ffffffffffffffff"
            + "0000000000000000" + "0000000000000001"
            + "018bcfe56800" + "018bcfe56801" + "800000000000"
            + "0a" + "00";

    @Test
    void writesTheBytesOfVersionTwo() {
        assertThat(HexFormat.of().formatHex(StateCodec.encode(FULL).bytes())).isEqualTo(FULL_HEX);
    }

    @Test
    void readsTheBytesOfVersionTwo() {
        assertThat(StateCodec.decode(record(FULL_HEX))).isEqualTo(FULL);
    }

    @Test
    void readsBackEveryStateThatItWrote() {
        Random random = new Random(42);
        for (int round = 0; round < 3_000; round++) {
            RecipientState state = randomState(random);
            StoredRecord written = StateCodec.encode(state);
            assertThat(StateCodec.decode(written)).isEqualTo(state);
            assertThat(written.bytes())
                    .hasSize(HEADER_BYTES
                            + 6 * (state.sends().size() + state.failures().size())
                            + CHALLENGE_BYTES * state.challenges().size());
        }
    }

    @Test
    void writesNothingButCountsForAnUnknownRecipient() {
        assertThat(StateCodec.encode(RecipientState.UNKNOWN)).isEqualTo(record("02000000"));
        assertThat(StateCodec.decode(record("02000000"))).isEqualTo(RecipientState.UNKNOWN);
    }

    @Test
    void readsAnAbsentRecordAsAnUnknownRecipient() {
        assertThat(StateCodec.decode(null)).isEqualTo(RecipientState.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"0,0,56", "1,0,62", "3,0,74", "3,3,92", "5,2,98"})
    void keepsTheUsualSingleChallengeUnder120Bytes(int sends, int failures, int bytes) {
        StoredRecord written = StateCodec.encode(new RecipientState(times(sends), times(failures), challenges(1)));
        assertThat(written.bytes()).hasSize(bytes).hasSizeLessThan(120);
    }

    @Test
    void keepsAllTimesAndChallengesIn1412Bytes() {
        RecipientState greatest = new RecipientState(times(100), times(100), challenges(4));
        StoredRecord written = StateCodec.encode(greatest);
        assertThat(written.bytes()).hasSize(1412).hasSizeLessThanOrEqualTo(2048);
        assertThat(StateCodec.decode(written)).isEqualTo(greatest);
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = StateCodec.encode(FULL).bytes();
        for (int length = 0; length < whole.length; length++) {
            StoredRecord truncated = StoredRecord.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> StateCodec.decode(truncated))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(OtpStoreException.class)
                    .hasMessage("stored record is malformed; does something else write to the store?")
                    .hasCauseInstanceOf(BufferUnderflowException.class);
        }
    }

    @Test
    void refusesEveryFurtherByte() {
        for (RecipientState state : List.of(FULL, RecipientState.UNKNOWN)) {
            byte[] whole = StateCodec.encode(state).bytes();
            for (int last = 0; last < 256; last++) {
                byte[] longer = Arrays.copyOf(whole, whole.length + 1);
                longer[whole.length] = (byte) last;
                assertMalformed(longer);
            }
        }
    }

    @Test
    void refusesEveryOtherVersionAndNamesBoth() {
        byte[] bytes = StateCodec.encode(FULL).bytes();
        for (int version = 0; version < 256; version++) {
            if (version == 2) {
                continue;
            }
            bytes[0] = (byte) version;
            StoredRecord other = StoredRecord.of(bytes);
            assertThatThrownBy(() -> StateCodec.decode(other))
                    .as("version %d", version)
                    .isInstanceOf(OtpStoreException.class)
                    .hasMessageStartingWith("stored record has version ")
                    .hasMessageContaining("this library knows only 2");
        }
        bytes[0] = 3;
        StoredRecord next = StoredRecord.of(bytes);
        assertThatThrownBy(() -> StateCodec.decode(next)).hasMessageContaining("has version 3, but");
    }

    @Test
    void refusesMoreThanAHundredSends() {
        assertThat(StateCodec.decode(StoredRecord.of(zeros(100, 0))).sends()).hasSize(100);
        for (int count = 101; count < 256; count++) {
            assertMalformed(zeros(count, 0));
        }
    }

    @Test
    void refusesMoreThanAHundredFailures() {
        assertThat(StateCodec.decode(StoredRecord.of(zeros(0, 100))).failures()).hasSize(100);
        for (int count = 101; count < 256; count++) {
            assertMalformed(zeros(0, count));
        }
    }

    @Test
    void refusesMoreThanFourChallenges() {
        for (int count = 5; count < 256; count++) {
            assertMalformed(challengeBytes(count));
        }
        assertThat(StateCodec.decode(StoredRecord.of(challengeBytes(4))).challenges())
                .hasSize(4);
    }

    @Test
    void refusesTimesThatAreNotInOrder() {
        assertMalformed(encoded(List.of(5L, 4L), List.of()));
        assertMalformed(encoded(List.of(), List.of(5L, 4L)));
        assertMalformed(encoded(List.of(1L, 2L, 3L, 2L), List.of()));
        assertMalformed(encoded(List.of(0L, -1L), List.of()));
        assertMalformed(encoded(List.of(LATEST, EARLIEST), List.of()));
    }

    @Test
    void keepsTheEarliestAndTheLatestTimeAndRefusesOneBeyond() {
        RecipientState state = new RecipientState(List.of(EARLIEST, -1L, 0L, 1L << 32, LATEST), List.of(), List.of());
        assertThat(StateCodec.decode(StateCodec.encode(state))).isEqualTo(state);
        for (long beyond : new long[] {EARLIEST - 1, LATEST + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            RecipientState none = new RecipientState(List.of(beyond), List.of(), List.of());
            assertThatThrownBy(() -> StateCodec.encode(none))
                    .isInstanceOf(OtpStoreException.class)
                    .hasMessage("a time does not fit a record: " + beyond + " ms since 1970; is the clock right?");
        }
    }

    @Test
    void acceptsEqualTimes() {
        RecipientState state = new RecipientState(List.of(5L, 5L, 5L), List.of(-7L, -7L), List.of());
        assertThat(StateCodec.decode(StateCodec.encode(state))).isEqualTo(state);
    }

    @Test
    void refusesTwoChallengesWithOneTag() {
        Challenge first = challenge(new ChallengeTag(1, 2));
        Challenge between = challenge(new ChallengeTag(1, 3));
        Challenge again = new Challenge(new ChallengeTag(1, 2), new Nonce(8, 9), 1, 2, 3, 4, 5);
        assertMalformed(StateCodec.encode(new RecipientState(List.of(), List.of(), List.of(first, again)))
                .bytes());
        assertMalformed(StateCodec.encode(new RecipientState(List.of(), List.of(), List.of(first, between, again)))
                .bytes());
    }

    @Test
    void acceptsTagsThatShareOneHalf() {
        RecipientState state = new RecipientState(
                List.of(),
                List.of(),
                List.of(
                        challenge(new ChallengeTag(1, 2)),
                        challenge(new ChallengeTag(1, 3)),
                        challenge(new ChallengeTag(3, 2))));
        assertThat(StateCodec.decode(StateCodec.encode(state))).isEqualTo(state);
    }

    @Test
    void acceptsAttemptsUpToTheGreatestAndNoMore() {
        byte[] bytes = challengeBytes(1);
        for (int value = 0; value < 256; value++) {
            bytes[HEADER_BYTES + ATTEMPTS_IN_CHALLENGE] = (byte) value;
            int attempts = value & 0x0F;
            StoredRecord record = StoredRecord.of(bytes);
            if (value < 0x20 && attempts <= 10) {
                Challenge read = StateCodec.decode(record).challenges().get(0);
                assertThat(read.attemptsUsed()).isEqualTo(attempts);
                assertThat(read.decoy()).isEqualTo(value >= 0x10);
            } else if (value < 0x20) {
                assertMalformed(bytes);
            } else {
                assertThatThrownBy(() -> StateCodec.decode(record))
                        .as("a bit for something that does not follow: %02x", value)
                        .isInstanceOf(OtpStoreException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 254, 255})
    void keepsCountsOfSendsUpTo255(int sends) {
        byte[] bytes = challengeBytes(1);
        bytes[HEADER_BYTES + SENDS_IN_CHALLENGE] = (byte) sends;
        RecipientState state = StateCodec.decode(StoredRecord.of(bytes));
        assertThat(state.challenges().get(0).sends()).isEqualTo(sends);
        assertThat(StateCodec.encode(state)).isEqualTo(StoredRecord.of(bytes));
    }

    /** A state with all that a record can have beyond times and challenges. */
    private static final RecipientState EXTENDED = new RecipientState(
            List.of(NOW),
            List.of(),
            List.of(
                    new Challenge(
                            new ChallengeTag(1, 2),
                            new Nonce(3, 4),
                            NOW,
                            NOW + 1,
                            NOW,
                            10,
                            1,
                            true,
                            new Trace(new SentMessage("sms-one", "SM\u00e9"), "mail", List.of(5L, -1L))),
                    new Challenge(new ChallengeTag(1, 3), new Nonce(3, 5), NOW, NOW + 1, NOW, 0, 1)),
            new Standing(NOW + 30_000, List.of("sms", "email")));

    private static final String EXTENDED_HEX = "02" // version
            + "01" + "018bcfe56800" // sends
            + "00" // failures
            + "32" // two challenges; verified at, opted out
            + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004"
            + "018bcfe56800" + "018bcfe56801" + "018bcfe56800"
            + "fa" + "01" // decoy, message, failed channel, clients, ten attempts; one send
            + "07" + "736d732d6f6e65" + "04" + "534dc3a9" // the message
            + "04" + "6d61696c" // the failed channel
            + "02" + "0000000000000005" + "ffffffffffffffff" // clients
            + "0000000000000001" + "0000000000000003" + "0000000000000003" + "0000000000000005"
            + "018bcfe56800" + "018bcfe56801" + "018bcfe56800"
            + "00" + "01"
            + "018bcfe5dd30" // verified at
            + "02" + "03" + "736d73" + "05" + "656d61696c"; // opted out

    @Test
    void writesAndReadsTheBytesOfAnExtendedRecordAsTheyHaveAlwaysBeen() {
        assertThat(HexFormat.of().formatHex(StateCodec.encode(EXTENDED).bytes()))
                .isEqualTo(EXTENDED_HEX);
        assertThat(StateCodec.decode(record(EXTENDED_HEX))).isEqualTo(EXTENDED);
    }

    @Test
    void readsBackEveryCombinationOfAllThatARecordCanHave() {
        for (int bits = 0; bits < 64; bits++) {
            RecipientState state = extended(bits, new Random(bits));
            assertThat(StateCodec.decode(StateCodec.encode(state)))
                    .as("combination %s", bits)
                    .isEqualTo(state);
        }
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            RecipientState state = extended(random.nextInt(64), random);
            assertThat(StateCodec.decode(StateCodec.encode(state))).isEqualTo(state);
        }
    }

    @Test
    void takesNoByteForAnythingThatIsAbsent() {
        RecipientState usual = new RecipientState(times(1), List.of(), challenges(1));
        int bytes = StateCodec.encode(usual).bytes().length;

        assertThat(bytes).isEqualTo(62);
        assertThat(StateCodec.encode(new RecipientState(
                                usual.sends(), usual.failures(), usual.challenges(), new Standing(NOW, List.of())))
                        .bytes())
                .hasSize(bytes + 6);
        assertThat(StateCodec.encode(new RecipientState(
                                usual.sends(),
                                usual.failures(),
                                usual.challenges(),
                                new Standing(null, List.of("sms"))))
                        .bytes())
                .hasSize(bytes + 1 + 1 + 3);
        assertThat(withTrace(Trace.NONE.withClient(1))).hasSize(bytes + 1 + 8);
        assertThat(withTrace(Trace.NONE.withFailedChannel("sms-one"))).hasSize(bytes + 1 + 7);
        assertThat(withTrace(Trace.NONE.withMessage(new SentMessage("sms-one", "SM1"))))
                .hasSize(bytes + 1 + 7 + 1 + 3);
    }

    /** Returns the bytes of the usual record, whose challenge has a trace. */
    private static byte[] withTrace(Trace trace) {
        Challenge challenge = challenge(new ChallengeTag(7, 0)).traced(trace);
        return StateCodec.encode(new RecipientState(times(1), List.of(), List.of(challenge)))
                .bytes();
    }

    /** Each record that is read is exactly that of its state, so that an unchanged state is an unchanged record. */
    @Test
    void readsAChangedRecordAsAStateOrRefusesIt() {
        Random random = new Random(11);
        int refused = 0;
        int read = 0;
        for (int round = 0; round < 100; round++) {
            byte[] whole = StateCodec.encode(
                            round == 0 ? EXTENDED : extended(round < 64 ? round : random.nextInt(64), random))
                    .bytes();
            for (int bit = 0; bit < 8 * whole.length; bit += 1 + random.nextInt(7)) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                if (isRead(flipped)) {
                    read++;
                } else {
                    refused++;
                }
            }
            for (int length = 0; length < whole.length; length++) {
                byte[] truncated = Arrays.copyOf(whole, length);
                assertThat(isRead(truncated))
                        .as(() -> "the beginning of a record: " + HexFormat.of().formatHex(truncated))
                        .isFalse();
            }
            for (int change = 0; change < 200; change++) {
                byte[] changed = whole.clone();
                for (int i = 0; i < 1 + random.nextInt(4); i++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                }
                if (random.nextInt(4) == 0) {
                    changed = Arrays.copyOf(changed, random.nextInt(2 * changed.length));
                }
                isRead(changed);
            }
        }
        assertThat(read).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    /** Returns false if a record is refused with the one exception that a store's caller expects. */
    private static boolean isRead(byte[] bytes) {
        StoredRecord record = StoredRecord.of(bytes);
        RecipientState state;
        try {
            state = StateCodec.decode(record);
        } catch (OtpStoreException e) {
            return false;
        }
        assertThat(StateCodec.encode(state))
                .as(() -> HexFormat.of().formatHex(bytes))
                .isEqualTo(record);
        return true;
    }

    @Test
    void refusesUnknownBitsAndEmptyLists() {
        for (int bits = 0x40; bits < 0x100; bits += 0x10) {
            assertMalformed(
                    record("020000" + HexFormat.of().toHexDigits((byte) bits)).bytes());
        }
        assertMalformed(record("020000" + "20" + "00").bytes());
        assertMalformed(record("020000" + "20" + "10" + "00".repeat(16)).bytes());
        assertThat(StateCodec.decode(record("020000" + "20" + "0f" + "00".repeat(15)))
                        .standing()
                        .optedOut())
                .hasSize(15);
        byte[] clients = withTrace(Trace.NONE.withClient(1));
        int count = clients.length - 9;
        for (int wrong : new int[] {0, 17, 255}) {
            byte[] changed = Arrays.copyOf(clients, count + 1 + 8 * wrong);
            changed[count] = (byte) wrong;
            assertMalformed(changed);
        }
        byte[] most = Arrays.copyOf(clients, count + 1 + 8 * Trace.MAX_CLIENTS);
        most[count] = Trace.MAX_CLIENTS;
        assertThat(StateCodec.decode(StoredRecord.of(most))
                        .challenges()
                        .get(0)
                        .trace()
                        .clients())
                .hasSize(Trace.MAX_CLIENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c080", "c3", "eda080", "f5808080"})
    void refusesATextThatIsNoUtf8(String bytes) {
        assertMalformed(record("020000" + "20" + "01" + HexFormat.of().toHexDigits((byte) (bytes.length() / 2)) + bytes)
                .bytes());
    }

    @Test
    void holdsTextsOfUpTo255Bytes() {
        RecipientState longest = optedOut("\u00e9".repeat(127) + "a");
        assertThat(StateCodec.decode(StateCodec.encode(longest))).isEqualTo(longest);
        assertThatThrownBy(() -> StateCodec.encode(optedOut("\u00e9".repeat(128))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must have at most 255 bytes, but has 256");
    }

    private static RecipientState optedOut(String medium) {
        return new RecipientState(List.of(), List.of(), List.of(), new Standing(null, List.of(medium)));
    }

    /** Returns a random state with one to four challenges, and with what each of six bits stands for. */
    private static RecipientState extended(int bits, Random random) {
        List<Challenge> challenges = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> new Challenge(
                        new ChallengeTag(random.nextLong(), i),
                        new Nonce(random.nextLong(), random.nextLong()),
                        NOW,
                        NOW + random.nextInt(),
                        NOW,
                        random.nextInt(11),
                        random.nextInt(256),
                        (bits & 1) != 0,
                        new Trace(
                                (bits & 2) == 0 ? null : new SentMessage(text(random), text(random)),
                                (bits & 4) == 0 ? null : text(random),
                                (bits & 8) == 0
                                        ? List.of()
                                        : random.longs(1 + random.nextInt(Trace.MAX_CLIENTS))
                                                .boxed()
                                                .toList())))
                .toList();
        Standing standing = new Standing(
                (bits & 16) == 0 ? null : random.nextLong(EARLIEST, LATEST + 1),
                (bits & 32) == 0
                        ? List.of()
                        : Stream.generate(() -> text(random))
                                .limit(1 + random.nextInt(Standing.MAX_OPTED_OUT))
                                .toList());
        return new RecipientState(times(random.nextInt(4)), times(random.nextInt(3)), challenges, standing);
    }

    private static String text(Random random) {
        List<String> characters = List.of("a", "-", "7", "\u00e9", "\u0645", "\uD83D\uDE00");
        return random.ints(random.nextInt(12), 0, characters.size())
                .mapToObj(characters::get)
                .collect(Collectors.joining());
    }

    @Test
    void holdsNoAddressPurposeBindingOrCode() {
        KeyDerivation derivations = new KeyDerivation(new byte[32], "");
        Recipient recipient = Recipient.phone("+966501234567", null);
        ChallengeTag tag = derivations.tag(recipient, "password-reset", "session-4711", OtpPolicy.defaults());
        Nonce nonce = derivations.nonce();
        RandomGenerator numbers = derivations.codeNumbers(recipient, tag, nonce);
        String code =
                IntStream.range(0, 6).mapToObj(i -> "" + numbers.nextInt(10)).collect(Collectors.joining());
        RecipientState state = new RecipientState(
                List.of(NOW), List.of(), List.of(new Challenge(tag, nonce, NOW, NOW + 1, NOW, 0, 1)));

        byte[] bytes = StateCodec.encode(state).bytes();

        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .doesNotContain(code, "501234567", "password", "session");
        assertThat(HexFormat.of().formatHex(bytes))
                .doesNotContain(HexFormat.of().toHexDigits(Long.parseLong("966501234567")))
                .doesNotContain("501234567");
    }

    private static void assertMalformed(byte[] bytes) {
        StoredRecord record = StoredRecord.of(bytes);
        assertThatThrownBy(() -> StateCodec.decode(record))
                .as(() -> HexFormat.of().formatHex(bytes))
                .isInstanceOf(OtpStoreException.class)
                .hasMessage("stored record is malformed; does something else write to the store?")
                .hasNoCause();
    }

    private static StoredRecord record(String hex) {
        return StoredRecord.of(HexFormat.of().parseHex(hex));
    }

    private static byte[] encoded(List<Long> sends, List<Long> failures) {
        return StateCodec.encode(new RecipientState(sends, failures, List.of())).bytes();
    }

    /** A record of so many sends and failures at the epoch, also of more than allowed. */
    private static byte[] zeros(int sends, int failures) {
        byte[] bytes = new byte[HEADER_BYTES + 6 * (sends + failures)];
        bytes[0] = 2;
        bytes[SENDS_COUNT] = (byte) sends;
        bytes[SENDS_COUNT + 1 + 6 * sends] = (byte) failures;
        return bytes;
    }

    /** A record of so many challenges with different tags, also of more than allowed. */
    private static byte[] challengeBytes(int count) {
        return StateCodec.encode(new RecipientState(List.of(), List.of(), challenges(count)))
                .bytes();
    }

    private static List<Challenge> challenges(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> challenge(new ChallengeTag(7, i)))
                .toList();
    }

    private static Challenge challenge(ChallengeTag tag) {
        return new Challenge(tag, new Nonce(1, 2), NOW, NOW + 300_000, NOW, 0, 1);
    }

    private static List<Long> times(int count) {
        return LongStream.range(0, count).mapToObj(i -> NOW + i).toList();
    }

    private static RecipientState randomState(Random random) {
        return new RecipientState(
                randomTimes(random),
                randomTimes(random),
                IntStream.range(0, random.nextInt(5))
                        .mapToObj(i -> new Challenge(
                                new ChallengeTag(random.nextLong(), i),
                                new Nonce(random.nextLong(), random.nextLong()),
                                random.nextLong(EARLIEST, LATEST + 1),
                                random.nextLong(EARLIEST, LATEST + 1),
                                random.nextLong(EARLIEST, LATEST + 1),
                                random.nextInt(11),
                                random.nextInt(256)))
                        .toList());
    }

    private static List<Long> randomTimes(Random random) {
        return random.longs(random.nextBoolean() ? random.nextInt(5) : random.nextInt(101), EARLIEST, LATEST + 1)
                .sorted()
                .boxed()
                .toList();
    }
}
