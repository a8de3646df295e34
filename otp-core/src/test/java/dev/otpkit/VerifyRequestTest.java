package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyRequestTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);

    private final VerifyRequest typed = VerifyRequest.of("0501234567", "314159");
    private final VerifyRequest known = VerifyRequest.of(PHONE, "314159");
    private final VerifyRequest challenge = VerifyRequest.ofChallenge("AQID", "314159");

    @Test
    void hasDefaults() {
        assertDefaults();
    }

    @Test
    void knowsWhoseCodeItIs() {
        assertWhoseCodes();
    }

    @Test
    void returnsANewRequestForEachChange() {
        for (VerifyRequest request : new VerifyRequest[] {typed, known, challenge}) {
            assertThat(request.purpose("login")).isNotSameAs(request);
            assertThat(request.boundTo("session")).isNotSameAs(request);
            assertThat(request.clientAddress("203.0.113.9")).isNotSameAs(request);
            assertThat(request.detail("amount", "5")).isNotSameAs(request);
        }
        assertDefaults();
        assertWhoseCodes();
    }

    @Test
    void keepsEverythingThatWasSetInAnyOrder() {
        for (VerifyRequest from : new VerifyRequest[] {typed, known, challenge}) {
            for (VerifyRequest request : new VerifyRequest[] {
                from.purpose("login").boundTo("session").clientAddress("203.0.113.9"),
                from.clientAddress("203.0.113.9").boundTo("session").purpose("login"),
                from.clientAddress("")
                        .boundTo("")
                        .purpose("x")
                        .purpose("login")
                        .boundTo("session")
                        .clientAddress("203.0.113.9")
            }) {
                assertThat(request.code()).isEqualTo("314159");
                assertThat(request.purpose()).isEqualTo("login");
                assertThat(request.binding()).contains("session");
                assertThat(request.clientAddress()).contains("203.0.113.9");
                assertThat(request.address()).isEqualTo(from.address());
                assertThat(request.recipient()).isEqualTo(from.recipient());
                assertThat(request.challengeId()).isEqualTo(from.challengeId());
            }
        }
    }

    @Test
    void keepsDetailsInTheOrderOfTheirNames() {
        for (VerifyRequest from : new VerifyRequest[] {typed, known, challenge}) {
            for (VerifyRequest request : new VerifyRequest[] {
                from.detail("payee", "Shop")
                        .detail("amount", "5")
                        .purpose("pay")
                        .boundTo("session")
                        .clientAddress("203.0.113.9"),
                from.purpose("pay")
                        .boundTo("session")
                        .clientAddress("203.0.113.9")
                        .detail("amount", "1")
                        .detail("payee", "Shop")
                        .detail("amount", "5")
            }) {
                assertThat(request.details()).containsExactly(Map.entry("amount", "5"), Map.entry("payee", "Shop"));
                assertThat(request.details()).isUnmodifiable();
                assertThat(request.code()).isEqualTo("314159");
                assertThat(request.purpose()).isEqualTo("pay");
                assertThat(request.binding()).contains("session");
                assertThat(request.clientAddress()).contains("203.0.113.9");
                assertThat(request.address()).isEqualTo(from.address());
                assertThat(request.recipient()).isEqualTo(from.recipient());
                assertThat(request.challengeId()).isEqualTo(from.challengeId());
            }
        }
    }

    @Test
    void boundsDetails() {
        assertIllegal(
                () -> typed.detail("minutes", "5"),
                "name of detail must not be code, app or minutes, which stand for other values, but was minutes");
        assertIllegal(
                () -> typed.detail("amount", "4711".repeat(33)),
                "value of detail amount must have 1 to 128 characters and not be blank, but has 132");
        VerifyRequest full = typed;
        for (int i = 0; i < 8; i++) {
            full = full.detail("n" + i, "v");
        }
        VerifyRequest eight = full.detail("n0", "w");
        assertIllegal(() -> eight.detail("n8", "v"), "number of details must be within [0, 8], but was 9");
    }

    @Test
    void tellsAnEmptyBindingFromNone() {
        assertThat(typed.boundTo("").binding()).contains("");
        assertThat(typed.binding()).isEmpty();
    }

    @Test
    void takesAnyTextForACodeAddressOrChallenge() {
        String endless = "x".repeat(10_000);
        assertThat(VerifyRequest.of(endless, endless).code()).isEqualTo(endless);
        assertThat(VerifyRequest.of("", "").address()).contains("");
        assertThat(VerifyRequest.ofChallenge(endless, "").challengeId()).contains(endless);
    }

    @Test
    void boundsThePurpose() {
        assertThat(typed.purpose("p".repeat(64)).purpose()).hasSize(64);
        assertIllegal(
                () -> typed.purpose("p".repeat(65)),
                "purpose must have 1 to 64 characters and not be blank, but has 65");
        assertIllegal(() -> typed.purpose(""), "purpose must have 1 to 64 characters and not be blank, but has 0");
        assertIllegal(() -> typed.purpose(" "), "purpose must have 1 to 64 characters and not be blank, but has 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log\nin", "log\rin", "login\u0000", "\u202Elogin", "login\u2069", "login\uD83D"})
    void refusesAPurposeWithControlsOrMarks(String purpose) {
        assertIllegal(
                () -> typed.purpose(purpose),
                "purpose must have no control characters, line ends, direction marks or lone surrogates");
    }

    @Test
    void boundsTheBinding() {
        assertThat(typed.boundTo("b".repeat(4096)).binding().orElseThrow()).hasSize(4096);
        assertIllegal(() -> typed.boundTo("b".repeat(4097)), "binding must have at most 4096 characters, but has 4097");
        assertIllegal(
                () -> typed.boundTo("session-\uD800"), "binding must be valid Unicode, but has an unpaired surrogate");
    }

    @Test
    void boundsTheClientAddress() {
        assertThat(typed.clientAddress("c".repeat(64)).clientAddress().orElseThrow())
                .hasSize(64);
        assertIllegal(
                () -> typed.clientAddress("c".repeat(65)), "clientAddress must have at most 64 characters, but has 65");
    }

    @Test
    void showsNothingThatMayNotBeLogged() {
        assertThat(typed.purpose("login").boundTo("session-4711").clientAddress("203.0.113.9"))
                .hasToString("VerifyRequest[recipient=as typed, purpose=login]");
        assertThat(known.boundTo("session-4711"))
                .hasToString("VerifyRequest[recipient=+966•••••4567, purpose=default]");
        assertThat(challenge).hasToString("VerifyRequest[recipient=by challenge, purpose=default]");
        assertThat(challenge.detail("payee", "Shop").detail("amount", "4711"))
                .hasToString("VerifyRequest[recipient=by challenge, purpose=default, details=[amount, payee]]");
    }

    @Test
    void refusesNothingByName() {
        assertNull(() -> VerifyRequest.of((String) null, "1"), "address");
        assertNull(() -> VerifyRequest.of((Recipient) null, "1"), "recipient");
        assertNull(() -> VerifyRequest.ofChallenge(null, "1"), "challengeId");
        assertNull(() -> VerifyRequest.of("0501234567", null), "code");
        assertNull(() -> VerifyRequest.of(PHONE, null), "code");
        assertNull(() -> VerifyRequest.ofChallenge("AQID", null), "code");
        assertNull(() -> typed.purpose(null), "purpose");
        assertNull(() -> typed.boundTo(null), "binding");
        assertNull(() -> typed.clientAddress(null), "clientAddress");
        assertNull(() -> typed.detail(null, "5"), "name of detail");
        assertNull(() -> typed.detail("amount", null), "value of detail amount");
    }

    private void assertDefaults() {
        for (VerifyRequest request : new VerifyRequest[] {typed, known, challenge}) {
            assertThat(request.code()).isEqualTo("314159");
            assertThat(request.purpose()).isEqualTo("default").isEqualTo(OtpManager.DEFAULT_PURPOSE);
            assertThat(request.binding()).isEmpty();
            assertThat(request.clientAddress()).isEmpty();
            assertThat(request.details()).isEmpty();
        }
    }

    private void assertWhoseCodes() {
        assertThat(typed.address()).contains("0501234567");
        assertThat(typed.recipient()).isEmpty();
        assertThat(typed.challengeId()).isEmpty();

        assertThat(known.address()).isEmpty();
        assertThat(known.recipient()).containsSame(PHONE);
        assertThat(known.challengeId()).isEmpty();

        assertThat(challenge.address()).isEmpty();
        assertThat(challenge.recipient()).isEmpty();
        assertThat(challenge.challengeId()).contains("AQID");
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
