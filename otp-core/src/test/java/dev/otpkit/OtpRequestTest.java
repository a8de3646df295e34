package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtpRequestTest {
    private static final Recipient PHONE = Recipient.phone("+966501234567", null);

    private final OtpRequest plain = OtpRequest.to("0501234567");

    @Test
    void hasDefaults() {
        assertDefaults();
    }

    @Test
    void resolvesWhatWasTypedWithTheDefaultRegion() {
        assertThat(plain.resolve("SA")).contains(PHONE);
        assertThat(OtpRequest.to("User@Example.com").resolve(null)).contains(Recipient.email("user@example.com"));
        assertThat(plain.resolve(null)).isEmpty();
        assertThat(OtpRequest.to("x".repeat(321)).resolve("SA")).isEmpty();
    }

    @Test
    void resolvesARecipientToItself() {
        assertThat(OtpRequest.to(PHONE).resolve(null)).containsSame(PHONE);
        assertThat(OtpRequest.to(PHONE).resolve("TZ")).containsSame(PHONE);
    }

    @Test
    void returnsANewRequestForEachChange() {
        assertThat(plain.purpose("login")).isNotSameAs(plain);
        assertThat(plain.via("sms")).isNotSameAs(plain);
        assertThat(plain.locale(Locale.FRENCH)).isNotSameAs(plain);
        assertThat(plain.boundTo("session")).isNotSameAs(plain);
        assertThat(plain.clientAddress("203.0.113.9")).isNotSameAs(plain);
        assertThat(plain.detail("amount", "5")).isNotSameAs(plain);
        assertThat(plain.proof("token")).isNotSameAs(plain);
        assertDefaults();
    }

    @Test
    void keepsEverythingThatWasSetInAnyOrder() {
        OtpRequest one = plain.proof("token")
                .purpose("login")
                .via("whatsapp", "sms")
                .locale(Locale.FRENCH)
                .boundTo("session")
                .clientAddress("203.0.113.9");
        OtpRequest other = plain.clientAddress("203.0.113.9")
                .boundTo("session")
                .locale(Locale.FRENCH)
                .via("whatsapp", "sms")
                .purpose("login")
                .proof("token");
        OtpRequest again = other.purpose("x")
                .via(new String[0])
                .locale(Locale.GERMAN)
                .boundTo("")
                .clientAddress("")
                .purpose("login")
                .via("whatsapp", "sms")
                .locale(Locale.FRENCH)
                .boundTo("session")
                .clientAddress("203.0.113.9");
        for (OtpRequest request : new OtpRequest[] {one, other, again}) {
            assertThat(request.resolve("SA")).contains(PHONE);
            assertThat(request.purpose()).isEqualTo("login");
            assertThat(request.via()).containsExactly("whatsapp", "sms");
            assertThat(request.locale()).isEqualTo(Locale.FRENCH);
            assertThat(request.binding()).isEqualTo("session");
            assertThat(request.clientAddress()).isEqualTo("203.0.113.9");
            assertThat(request.proof()).isEqualTo("token");
            assertThat(request.decoy().proof()).isEqualTo("token");
            assertThat(request.decoy().proof("other").isDecoy()).isTrue();
        }
        assertThat(OtpRequest.to(PHONE)
                        .purpose("login")
                        .via("sms")
                        .locale(Locale.FRENCH)
                        .boundTo("s")
                        .clientAddress("c")
                        .resolve(null))
                .containsSame(PHONE);
    }

    @Test
    void keepsDetailsInTheOrderOfTheirNames() {
        OtpRequest one = plain.detail("payee", "Shop")
                .detail("amount", "5")
                .purpose("pay")
                .via("sms")
                .locale(Locale.FRENCH)
                .boundTo("session")
                .clientAddress("203.0.113.9")
                .decoy();
        OtpRequest other = OtpRequest.to(PHONE)
                .detail("amount", "1")
                .decoy()
                .detail("payee", "Shop")
                .detail("amount", "5");
        for (OtpRequest request : new OtpRequest[] {one, other}) {
            assertThat(request.details()).containsExactly(Map.entry("amount", "5"), Map.entry("payee", "Shop"));
            assertThat(request.details()).isUnmodifiable();
            assertThat(request.isDecoy()).isTrue();
        }
        assertThat(one.purpose()).isEqualTo("pay");
        assertThat(one.via()).containsExactly("sms");
        assertThat(one.locale()).isEqualTo(Locale.FRENCH);
        assertThat(one.binding()).isEqualTo("session");
        assertThat(one.clientAddress()).isEqualTo("203.0.113.9");
        assertThat(plain.boundTo("b").clientAddress("c").detail("amount", "5"))
                .satisfies(request -> assertThat(request.binding()).isEqualTo("b"))
                .satisfies(request -> assertThat(request.clientAddress()).isEqualTo("c"));
    }

    @Test
    void boundsDetails() {
        assertIllegal(
                () -> plain.detail("Amount", "4711"), "name of detail must have 1 to 32 characters of a-z, 0-9 and _");
        assertIllegal(
                () -> plain.detail("amount", "4711\n"),
                "value of detail amount must have no control characters, line ends, direction overrides or lone"
                        + " surrogates");
        OtpRequest full = plain;
        for (int i = 0; i < 8; i++) {
            full = full.detail("n" + i, "v");
        }
        OtpRequest eight = full.detail("n0", "w");
        assertIllegal(() -> eight.detail("n8", "v"), "number of details must be within [0, 8], but was 9");
    }

    @Test
    void copiesTheChannels() {
        String[] via = {"sms"};
        OtpRequest request = plain.via(via);
        via[0] = "email";
        assertThat(request.via()).containsExactly("sms").isUnmodifiable();
    }

    @Test
    void boundsThePurpose() {
        assertThat(plain.purpose("p").purpose()).isEqualTo("p");
        assertThat(plain.purpose("p".repeat(64)).purpose()).hasSize(64);
        assertIllegal(
                () -> plain.purpose("p".repeat(65)),
                "purpose must have 1 to 64 characters and not be blank, but has 65");
        assertIllegal(() -> plain.purpose(""), "purpose must have 1 to 64 characters and not be blank, but has 0");
        assertIllegal(() -> plain.purpose("  "), "purpose must have 1 to 64 characters and not be blank, but has 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log\nin", "log\rin", "login\u0000", "\u202Elogin", "login\u2069", "login\uD83D"})
    void refusesAPurposeWithControlsOrMarks(String purpose) {
        assertIllegal(
                () -> plain.purpose(purpose),
                "purpose must have no control characters, line ends, direction marks or lone surrogates");
    }

    @Test
    void boundsTheProofAndDoesNotShowIt() {
        assertThat(plain.proof("").proof()).isEmpty();
        assertThat(plain.proof("p".repeat(4096)).proof()).hasSize(4096);
        assertIllegal(() -> plain.proof("token-\uD800"), "proof must be valid Unicode, but has an unpaired surrogate");
        assertIllegal(() -> plain.proof("p".repeat(4097)), "proof must have at most 4096 characters, but has 4097");
        assertThat(plain.proof("fake-captcha-token").toString()).doesNotContain("captcha");
    }

    @Test
    void boundsTheBinding() {
        assertThat(plain.boundTo("").binding()).isEmpty();
        assertThat(plain.boundTo("b".repeat(4096)).binding()).hasSize(4096);
        assertIllegal(
                () -> plain.boundTo("session-\uD800"), "binding must be valid Unicode, but has an unpaired surrogate");
        assertIllegal(() -> plain.boundTo("b".repeat(4097)), "binding must have at most 4096 characters, but has 4097");
    }

    @Test
    void boundsTheClientAddress() {
        assertThat(plain.clientAddress("").clientAddress()).isEmpty();
        assertThat(plain.clientAddress("c".repeat(64)).clientAddress()).hasSize(64);
        assertIllegal(
                () -> plain.clientAddress("c".repeat(65)), "clientAddress must have at most 64 characters, but has 65");
    }

    @Test
    void showsNothingThatMayNotBeLogged() {
        OtpRequest request = plain.purpose("login")
                .via("whatsapp", "twilio-sms")
                .locale(Locale.forLanguageTag("ar-SA"))
                .boundTo("session-4711")
                .clientAddress("203.0.113.9");
        assertThat(request)
                .hasToString("OtpRequest[recipient=as typed, purpose=login, via=[whatsapp, twilio-sms], locale=ar-SA]");
        assertThat(OtpRequest.to(PHONE).boundTo("session-4711"))
                .hasToString("OtpRequest[recipient=+966•••••4567, purpose=default, via=[], locale=en]");
        assertThat(OtpRequest.to(PHONE).detail("payee", "Shop").detail("amount", "4711"))
                .hasToString("OtpRequest[recipient=+966•••••4567, purpose=default, via=[], locale=en,"
                        + " details=[amount, payee]]");
    }

    @Test
    void refusesNothingByName() {
        assertNull(() -> OtpRequest.to((String) null), "address");
        assertNull(() -> OtpRequest.to((Recipient) null), "recipient");
        assertNull(() -> plain.purpose(null), "purpose");
        assertNull(() -> plain.locale(null), "locale");
        assertNull(() -> plain.boundTo(null), "binding");
        assertNull(() -> plain.clientAddress(null), "clientAddress");
        assertNull(() -> plain.detail(null, "5"), "name of detail");
        assertNull(() -> plain.detail("amount", null), "value of detail amount");
        assertThatThrownBy(() -> plain.via((String) null)).isInstanceOf(NullPointerException.class);
    }

    private void assertDefaults() {
        for (OtpRequest request : new OtpRequest[] {plain, OtpRequest.to(PHONE)}) {
            assertThat(request.purpose()).isEqualTo("default").isEqualTo(OtpManager.DEFAULT_PURPOSE);
            assertThat(request.via()).isEmpty();
            assertThat(request.locale()).isEqualTo(Locale.ENGLISH);
            assertThat(request.binding()).isNull();
            assertThat(request.clientAddress()).isNull();
            assertThat(request.details()).isEmpty();
        }
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call, String argument) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(argument + " must not be null");
    }
}
