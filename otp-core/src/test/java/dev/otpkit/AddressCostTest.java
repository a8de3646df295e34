package dev.otpkit;

import static dev.otpkit.ManagerFixture.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cost of addresses in bytes, which do not depend on the load of the machine. A parse of libphonenumber takes about
 * two thirds of the bytes of one reading, so that a second one shows.
 */
class AddressCostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double SLACK = 1.3;
    private static final int ROUNDS = 50;

    private final ManagerFixture fixture = new ManagerFixture();

    @ParameterizedTest
    @CsvSource({"+966501234567, SA", "+966 50 123 4567, SA", "0501234567, SA", "+12025550123, US", "5512345678, MX"})
    void parsesANumberOnce(String text, String region) {
        long[] bytes = leastBytes(
                () -> parse(text, region), () -> Recipient.phone(text, region), () -> Recipient.parse(text, region));

        long floor = bytes[0];
        assertThat(bytes[1]).as("phone").isBetween(floor / 2, (long) (SLACK * floor));
        assertThat(bytes[2]).as("parse").isBetween(floor / 2, (long) (SLACK * floor));
    }

    @Test
    void parsesNothingForTheMaskTheRegionAndTheKindOfANumber() {
        PhoneNumber number = new PhoneNumber(PHONE);

        assertThat(bytes(() -> number + number.region() + number.isMobile()))
                .isLessThan(bytes(() -> parse(PHONE, null)) / 3);
    }

    @Test
    void parsesOncePerSendAndOncePerVerification() {
        OtpManager otp = fixture.builder().build();
        PhoneNumber number = new PhoneNumber(PHONE);

        long typed = bytes(() -> pair(otp, OtpRequest.to(PHONE), VerifyRequest.of(PHONE, "123456")));
        long known = bytes(() -> pair(otp, OtpRequest.to(number), VerifyRequest.of(number, "123456")));

        long floor = bytes(() -> parse(PHONE, "SA"));
        assertThat(typed - known).isBetween(floor, (long) (2 * SLACK * floor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+", "5", "call me", "0501234567x5", "user@", "us er@example.com", "user@localhost"})
    void readsAMistypedAddressWithoutAnException(String text) {
        assertThat(bytes(() -> TypedRecipient.read(text, "SA"))).isLessThan(bytes(() -> refused(text)) / 2);
    }

    private static Object refused(String text) {
        try {
            return Recipient.parse(text, "SA");
        } catch (InvalidRecipientException e) {
            return e;
        }
    }

    @Test
    void readsAnEmailAddressWithoutACopyOfIt() {
        assertThat(bytes(() -> Recipient.parse("user@example.com", "SA"))).isLessThan(100);
    }

    private Object pair(OtpManager otp, OtpRequest request, VerifyRequest guess) {
        fixture.clock.advance(Duration.ofDays(1));
        SendResult sent = otp.send(request);
        assertThat(sent.isSent()).isTrue();
        return otp.verify(guess);
    }

    /** Reads a number with libphonenumber alone. */
    private static Object parse(String text, String region) {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        try {
            Phonenumber.PhoneNumber number = numbers.parseAndKeepRawInput(text, region);
            return numbers.format(number, PhoneNumberFormat.E164) + numbers.getNumberType(number);
        } catch (NumberParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private interface Operation {
        Object run();
    }

    /** Returns the least bytes that an operation allocates, after its classes are loaded. */
    private static long bytes(Operation operation) {
        return leastBytes(operation)[0];
    }

    /**
     * Returns the least bytes of each operation: all run in turns, first unmeasured, so that all are compiled alike.
     */
    private static long[] leastBytes(Operation... operations) {
        long[] least = new long[operations.length];
        Arrays.fill(least, Long.MAX_VALUE);
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            for (int i = 0; i < operations.length; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                Object result = operations[i].run();
                long took = THREADS.getCurrentThreadAllocatedBytes() - before;
                assertThat(result).isNotNull();
                if (round >= 0) {
                    least[i] = Math.min(least[i], took);
                }
            }
        }
        return least;
    }
}
