package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TestRecipientsTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);
    private static final Recipient MAIL = Recipient.email("user@example.com");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Policies POLICIES = new Policies(OtpPolicy.defaults(), Map.of(), false);

    @Test
    void haveTheirCodeForOnePurpose() {
        TestRecipients recipients = until(NOW.plusMillis(1));
        assertThat(recipients.codeOf(PHONE, "login")).contains("000000");
        assertThat(recipients.codeOf(PHONE, "reset")).isEmpty();
        assertThat(recipients.codeOf(MAIL, "login")).isEmpty();
    }

    @Test
    void haveNoCodeOnceTheirTimeIsOver() {
        assertThat(until(NOW).codeOf(PHONE, "login")).isEmpty();
        assertThat(until(NOW.minusSeconds(1)).codeOf(PHONE, "login")).isEmpty();
    }

    @Test
    void hideTheirCodesFromLogs() {
        assertThat(new TestRecipients.FixedCode("314159", NOW)).hasToString("FixedCode[until=2026-01-01T00:00:00Z]");
        assertThat(new TestRecipients.Entry(region -> PHONE, "login", "314159", NOW))
                .hasToString("TestRecipient[purpose=login, until=2026-01-01T00:00:00Z]");
    }

    @Test
    void areLookedUpOnceForAllChallengesOfACall() {
        AtomicInteger clockReads = new AtomicInteger();
        InstantSource counting = () -> {
            clockReads.incrementAndGet();
            return NOW;
        };
        TestRecipients recipients = TestRecipients.of(
                List.of(new TestRecipients.Entry(region -> PHONE, "login", "000000", NOW.plusMillis(1))),
                null,
                POLICIES,
                counting);
        ExpectedCodes codes = new ExpectedCodes(new CodeDeriver(CodeDeriver.uniform()), recipients);
        KeyDerivation derivations = new KeyDerivation(new byte[32], "");
        ChallengeTag tag = derivations.tag(PHONE, "login", null, OtpPolicy.defaults());
        clockReads.set(0);

        ExpectedCodes.OfRecipient expected = codes.of(PHONE, "login", OtpPolicy.defaults());

        for (int i = 0; i < 3; i++) {
            Challenge challenge = new Challenge(tag, new Nonce(1, i), 0, 300_000, 0, 0, 1);
            assertThat(expected.of(derivations, challenge)).isEqualTo("000000");
        }
        assertThat(clockReads).hasValue(1);
    }

    @Test
    void leaveTheCodesOfOthersDerived() {
        ExpectedCodes codes = new ExpectedCodes(new CodeDeriver(CodeDeriver.uniform()), until(NOW.plusMillis(1)));
        KeyDerivation derivations = new KeyDerivation(new byte[32], "");

        for (Recipient recipient : List.of(PHONE, MAIL)) {
            String purpose = recipient.equals(PHONE) ? "reset" : "login";
            ChallengeTag tag = derivations.tag(recipient, purpose, null, OtpPolicy.defaults());
            Challenge challenge = new Challenge(tag, new Nonce(1, 2), 0, 300_000, 0, 0, 1);
            assertThat(codes.of(recipient, purpose, OtpPolicy.defaults()).of(derivations, challenge))
                    .isEqualTo(new CodeDeriver(CodeDeriver.uniform())
                            .of(derivations, recipient, OtpPolicy.defaults(), challenge))
                    .isNotEqualTo("000000");
        }
    }

    private static TestRecipients until(Instant until) {
        return TestRecipients.of(
                List.of(new TestRecipients.Entry(region -> PHONE, "login", "000000", until)),
                null,
                POLICIES,
                InstantSource.fixed(NOW));
    }
}
