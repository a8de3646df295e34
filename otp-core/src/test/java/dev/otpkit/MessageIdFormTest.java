package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdFormTest {
    private static final String HEX = "0123456789abcdef";

    private final Random random = new Random(20261122);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 64, 200})
    void makesIdsLikeThoseOfTwilio(int seen) {
        assertLike("SM[0-9a-f]{32}", seen, () -> "SM" + text(HEX, 32));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 64, 200})
    void keepsTheVersionOfAUuidOnceItHasSeenTwo(int seen) {
        assertLike("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", seen, this::uuid);
    }

    @Test
    void hasSeenEveryVariantOfAUuidAfterAHundred() {
        assertLike("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", 100, this::uuid);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100})
    void keepsTheDomainOfAMessageId(int seen) {
        assertLike(
                "<[0-9a-f]{16}\\.[0-9]{10}@mail\\.acme\\.example>",
                seen,
                () -> "<" + text(HEX, 16) + "." + text("0123456789", 10) + "@mail.acme.example>");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100})
    void keepsTheWordsOfAReplyWhoseIdsHaveSeveralLengths(int seen) {
        assertLike(
                "2\\.0\\.0 Ok: queued as [0-9A-F]{9,12}",
                seen,
                () -> "2.0.0 Ok: queued as " + text("0123456789ABCDEF", 9 + random.nextInt(4)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100})
    void makesNumbersOfNumbers(int seen) {
        assertLike("[0-9]{7,9}", seen, () -> text("0123456789", 7 + random.nextInt(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100})
    void keepsTheSignsOfAReplyWhosePartsHaveSeveralLengths(int seen) {
        assertLike(
                "2\\.0\\.0 OK  [0-9]{10} [0-9a-f]{10,12}-[0-9a-f]{6}\\.[0-9]{1,3} - gsmtp",
                seen,
                () -> "2.0.0 OK  17" + text("0123456789", 8) + " d9" + text(HEX, 8 + random.nextInt(3)) + "-2a"
                        + text(HEX, 4) + "." + text("0123456789", 1 + random.nextInt(3)) + " - gsmtp");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100})
    void keepsTheMaskOfTheRecipient(int seen) {
        assertLike(
                "queued [0-9]{5,7} for \\x00",
                seen,
                () -> "queued " + text("0123456789", 5 + random.nextInt(3)) + " for " + MessageIdForm.MASK);
    }

    @Test
    void makesNoIdThatWasSeen() {
        Set<String> real =
                Stream.generate(() -> "SM" + text(HEX, 32)).limit(300).collect(Collectors.toSet());
        MessageIdForm form = null;
        for (String id : real) {
            form = MessageIdForm.with(form, id);
            MessageIdForm now = form;
            assertThat(IntStream.range(0, 5).mapToObj(i -> now.random(random))).doesNotContainAnyElementsOf(real);
        }
    }

    @Test
    void repeatsAnIdThatIsAlwaysTheSame() {
        MessageIdForm form = MessageIdForm.with(MessageIdForm.of("accepted"), "accepted");

        assertThat(form.random(random)).isEqualTo("accepted");
    }

    @Test
    void learnsNothingFromAnIdThatIsCutOrRedacted() {
        MessageIdForm form = MessageIdForm.of("SM12");

        assertThat(MessageIdForm.with(form, "SM1…")).isSameAs(form);
        assertThat(MessageIdForm.with(form, "SM••••••")).isSameAs(form);
        assertThat(MessageIdForm.with(form, "")).isSameAs(form);
        assertThat(MessageIdForm.with(null, "•")).isNull();
    }

    @Test
    void changesNoMoreOnceItKnowsTheForm() {
        MessageIdForm form = null;
        for (int i = 0; i < 1_000; i++) {
            form = MessageIdForm.with(form, "SM" + text(HEX, 32));
        }
        MessageIdForm known = form;
        assertThat(List.of(1, 2, 3, 4))
                .allSatisfy(i -> assertThat(MessageIdForm.with(known, "SM" + text(HEX, 32)))
                        .isSameAs(known));
    }

    private void assertLike(String pattern, int seen, Supplier<String> real) {
        for (int trial = 0; trial < 20; trial++) {
            MessageIdForm form = null;
            for (int i = 0; i < seen; i++) {
                form = MessageIdForm.with(form, real.get());
            }
            assertThat(form).isNotNull();
            for (int i = 0; i < 20; i++) {
                assertThat(form.random(random)).as("after %d ids", seen).matches(pattern);
            }
        }
    }

    private String uuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low).toString();
    }

    private String text(String characters, int length) {
        return IntStream.range(0, length)
                .mapToObj(i -> String.valueOf(characters.charAt(random.nextInt(characters.length()))))
                .collect(Collectors.joining());
    }
}
