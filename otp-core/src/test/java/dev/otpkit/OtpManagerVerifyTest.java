package dev.otpkit;

import static dev.otpkit.ManagerFixture.EMAIL;
import static dev.otpkit.ManagerFixture.PHONE;
import static dev.otpkit.ManagerFixture.START;
import static dev.otpkit.ManagerFixture.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.VerifyResult.Rejected.Reason;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.OtpGenerator;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtpManagerVerifyTest {
    private final ManagerFixture fixture = new ManagerFixture();
    private final OtpManager otp = fixture.builder().build();

    @Test
    void acceptsACodeOnlyOnce() {
        otp.send(PHONE);
        String code = fixture.sms.lastCode();

        assertThat(otp.verify("0501234567", code))
                .isEqualTo(new VerifyResult.Verified(new PhoneNumber(PHONE), "default", START));
        assertThat(otp.verify(PHONE, code)).isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void aWrongCodeTellsHowManyAttemptsAreLeftAndTheLastOneEndsTheChallenge() {
        otp.send(PHONE);
        String code = fixture.sms.lastCode();

        for (int left = 4; left >= 0; left--) {
            assertThat(otp.verify(PHONE, wrong(code)))
                    .isEqualTo(new VerifyResult.Rejected(Reason.WRONG_CODE, OptionalInt.of(left), Optional.empty()));
        }
        assertThat(otp.verify(PHONE, code)).isEqualTo(rejected(Reason.TOO_MANY_ATTEMPTS));
    }

    @Test
    void locksAfterTooManyFailuresOverAllChallengesUntilTheOldestHasAged() {
        for (int challenge = 0; challenge < 2; challenge++) {
            otp.send(PHONE);
            for (int i = 0; i < 5; i++) {
                otp.verify(PHONE, wrong(fixture.sms.lastCode()));
            }
            fixture.clock.advance(Duration.ofMinutes(5));
        }

        assertThat(otp.send(PHONE))
                .isEqualTo(new SendResult.Refused(
                        SendResult.Refused.Reason.LOCKED, Optional.of(START.plus(Duration.ofHours(1)))));
        assertThat(otp.verify(PHONE, "123456"))
                .isEqualTo(new VerifyResult.Rejected(
                        Reason.LOCKED, OptionalInt.empty(), Optional.of(START.plus(Duration.ofHours(1)))));
        assertThat(otp.send(EMAIL).isSent()).isTrue();

        otp.unlock("0501234567");
        assertThat(otp.send(PHONE).isSent()).isTrue();
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void expiresAtTheMomentItSaid() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);

        fixture.clock.set(sent.expiresAt());
        assertThat(otp.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.EXPIRED));
        fixture.clock.set(sent.expiresAt().minusMillis(1));
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "12345", "1234567", "12345a", "\u200B", "ABCDEF", "12 34 5", "１２３４５"})
    void whatCanBeNoCodeCostsNothingAndNeverReachesTheStore(String typed) {
        otp.send(PHONE);
        int calls = fixture.store.calls.get();

        for (int i = 0; i < 20; i++) {
            assertThat(otp.verify(PHONE, typed)).isEqualTo(rejected(Reason.MALFORMED_CODE));
        }

        assertThat(fixture.store.calls).hasValue(calls);
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void emptyAndBlankCodesNeverSucceed() {
        for (String nothing : List.of("", " ", "\t", "-", "\u2066\u2069")) {
            assertThat(otp.verify(PHONE, nothing).isVerified()).isFalse();
        }
        otp.send(PHONE);
        otp.verify(PHONE, fixture.sms.lastCode());
        assertThat(otp.verify(PHONE, "").isVerified()).isFalse();
        fixture.clock.advance(Duration.ofDays(1));
        assertThat(otp.verify(PHONE, "").isVerified()).isFalse();
    }

    @Test
    @Tag("promise-8")
    void refusesHugeInputBeforeAnyWork() {
        String huge = "1".repeat(5_000_000);

        assertThat(otp.verify(huge, "123456")).isEqualTo(rejected(Reason.INVALID_RECIPIENT));
        assertThat(otp.verify(PHONE, huge)).isEqualTo(rejected(Reason.MALFORMED_CODE));
        assertThat(otp.verify(VerifyRequest.ofChallenge(huge, "123456"))).isEqualTo(rejected(Reason.INVALID_CHALLENGE));
        assertThatThrownBy(() -> VerifyRequest.of(PHONE, "123456").boundTo(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("binding must have at most 4096 characters, but has 5000000");
        assertThatThrownBy(() -> VerifyRequest.of(PHONE, "123456").purpose(huge))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(fixture.store.calls).hasValue(0);
    }

    @Test
    void acceptsDigitsOfAnyScriptAndIsNotPutOffByWhatIsPastedAlong() {
        for (String form : List.of("arabic", "grouped", "isolated", "full-width")) {
            otp.send(PHONE);
            String code = fixture.sms.lastCode();
            String typed = switch (form) {
                case "arabic" -> shifted(code, '٠');
                case "grouped" -> " " + code.substring(0, 3) + "\u2013" + code.substring(3) + "\n";
                case "isolated" -> "\u2068" + code + "\u2069";
                default -> shifted(code, '０');
            };
            assertThat(otp.verify(PHONE, typed).isVerified()).as(form).isTrue();
            fixture.clock.advance(Duration.ofMinutes(10));
        }
    }

    private static String shifted(String code, char zero) {
        StringBuilder shifted = new StringBuilder();
        code.chars().forEach(c -> shifted.append((char) (zero + c - '0')));
        return shifted.toString();
    }

    @Test
    void aLeadingZeroIsADigitLikeAnyOther() {
        OtpManager zeros = fixture.builder().generator(leadingZero()).build();
        zeros.send(PHONE);
        String code = fixture.sms.lastCode();

        assertThat(code).startsWith("0");
        assertThat(zeros.verify(PHONE, code.substring(1))).isEqualTo(rejected(Reason.MALFORMED_CODE));
        assertThat(zeros.verify(PHONE, code).isVerified()).isTrue();
    }

    private static OtpGenerator leadingZero() {
        return (policy, random) -> String.format(Locale.ROOT, "0%05d", random.nextInt(100_000));
    }

    @Test
    void aCodeWorksForItsPurposeRecipientAndBindingAlone() {
        otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("session-1"));
        String code = fixture.sms.lastCode();
        VerifyRequest right = VerifyRequest.of(PHONE, code).purpose("login").boundTo("session-1");

        assertThat(otp.verify(VerifyRequest.of(PHONE, code).purpose("login")))
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(right.boundTo(""))).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(right.boundTo("session-2"))).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(right.purpose("password-reset"))).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(
                        VerifyRequest.of("+966501234568", code).purpose("login").boundTo("session-1")))
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(fixture.builder().namespace("other").build().verify(right))
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(right).isVerified()).isTrue();
    }

    @Test
    void aChallengeIdStandsForTheRecipient() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(OtpRequest.to(EMAIL).purpose("login"));
        VerifyRequest request = VerifyRequest.ofChallenge(sent.challengeId(), fixture.email.lastCode());

        assertThat(otp.verify(request))
                .as("the purpose is never taken from the id")
                .isEqualTo(rejected(Reason.INVALID_CHALLENGE));
        assertThat(otp.verify(request.purpose("login")))
                .isEqualTo(new VerifyResult.Verified(new EmailAddress(EMAIL), "login", START));
        assertThat(otp.verify(request.purpose("login"))).isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void aForgedChallengeIdIsRefusedBeforeTheStoreIsTouched() {
        SendResult.Sent sent = (SendResult.Sent) otp.send(PHONE);
        int calls = fixture.store.calls.get();
        String id = sent.challengeId();
        String forged = id.substring(0, 30) + (id.charAt(30) == 'A' ? 'B' : 'A') + id.substring(31);

        assertThat(otp.verify(VerifyRequest.ofChallenge(forged, fixture.sms.lastCode())))
                .isEqualTo(rejected(Reason.INVALID_CHALLENGE));
        assertThat(otp.verify(VerifyRequest.ofChallenge("", fixture.sms.lastCode())))
                .isEqualTo(rejected(Reason.INVALID_CHALLENGE));
        assertThat(fixture.store.calls).hasValue(calls);
    }

    @Test
    void aReplacedChallengeCostsNothing() {
        SendResult.Sent first = (SendResult.Sent) otp.send(PHONE);
        String firstCode = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofMinutes(5));
        otp.send(PHONE);
        for (int i = 0; i < 20; i++) {
            assertThat(otp.verify(VerifyRequest.ofChallenge(first.challengeId(), wrong(firstCode))))
                    .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        }
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void cancelWithdrawsWhatIsPendingForAPurpose() {
        otp.send(OtpRequest.to(PHONE).purpose("login").boundTo("a"));
        otp.send(OtpRequest.to(PHONE).purpose("reset"));
        String reset = fixture.sms.lastCode();

        otp.cancel("0501234567", "login");

        assertThat(otp.verify(
                        VerifyRequest.of(PHONE, fixture.sms.messages.get(0).code())
                                .purpose("login")
                                .boundTo("a")))
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(VerifyRequest.of(PHONE, reset).purpose("reset")).isVerified())
                .isTrue();
        assertThatThrownBy(() -> otp.cancel("nobody", "login")).isInstanceOf(InvalidRecipientException.class);
        assertThatThrownBy(() -> otp.unlock("nobody")).isInstanceOf(InvalidRecipientException.class);
    }

    @Test
    void aChangedPolicyStrandsNoRightCodeAsWrong() {
        otp.send(PHONE);
        OtpManager longer =
                fixture.builder().policy(OtpPolicy.builder().length(8).build()).build();
        OtpManager letters = fixture.builder()
                .policy(OtpPolicy.builder()
                        .alphabet(Alphabet.of("0123456789AB"))
                        .build())
                .build();

        assertThat(longer.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.MALFORMED_CODE));
        assertThat(letters.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(otp.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void lettersMayBeTypedInEitherCase() {
        OtpManager letters = fixture.builder()
                .policy(OtpPolicy.builder().alphabet(Alphabet.of("abcdefghXYZ")).build())
                .build();
        letters.send(PHONE);

        assertThat(letters.verify(PHONE, fixture.sms.lastCode().toUpperCase(Locale.ROOT))
                        .isVerified())
                .isTrue();
    }

    @Test
    void verifiesUnderThePreviousSecretThroughBothStepsOfARotation() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        OtpManager before = fixture.builder().secret(old).build();
        OtpManager first = fixture.builder().secret(old.withPrevious(young)).build();
        OtpManager swapped = fixture.builder().secret(young.withPrevious(old)).build();
        OtpManager after = fixture.builder().secret(young).build();

        SendResult.Sent sent = (SendResult.Sent) before.send(PHONE);
        assertThat(after.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.NO_PENDING_CODE));
        assertThat(swapped.verify(PHONE, wrong(fixture.sms.lastCode()))).isInstanceOf(VerifyResult.Rejected.class);
        assertThat(swapped.verify(VerifyRequest.ofChallenge(sent.challengeId(), fixture.sms.lastCode()))
                        .isVerified())
                .isTrue();

        swapped.send(EMAIL);
        assertThat(first.verify(EMAIL, fixture.email.lastCode()).isVerified()).isTrue();
        swapped.send(OtpRequest.to(EMAIL).purpose("x"));
        first.cancel(EMAIL, "x");
        assertThat(swapped.verify(
                        VerifyRequest.of(EMAIL, fixture.email.lastCode()).purpose("x")))
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void anExpiredCodeUnderTheCurrentSecretHidesNoneThatIsPendingUnderThePreviousOne() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        OtpManager swapped = fixture.builder().secret(young.withPrevious(old)).build();
        OtpManager notYet = fixture.builder().secret(old.withPrevious(young)).build();
        swapped.send(PHONE);
        String expired = fixture.sms.lastCode();
        fixture.clock.advance(Duration.ofMinutes(5));
        assertThat(swapped.verify(PHONE, expired)).isEqualTo(rejected(Reason.EXPIRED));

        notYet.send(PHONE);

        assertThat(swapped.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
        assertThat(swapped.verify(PHONE, expired))
                .as("used up together with the other")
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void theNewestCodeIsRightOnEveryNodeOfARotationWhereverItWasSent() {
        Rotation rotation = new Rotation();
        for (OtpManager first : rotation.nodes) {
            for (OtpManager second : rotation.nodes) {
                for (OtpManager verifying : rotation.nodes) {
                    String address = "user" + fixture.email.messages.size() + "@example.com";
                    first.send(address);
                    fixture.clock.advance(Duration.ofSeconds(30));
                    second.send(address);
                    String code = fixture.email.lastCode();
                    assertThat(verifying.verify(address, wrong(code)))
                            .isEqualTo(
                                    new VerifyResult.Rejected(Reason.WRONG_CODE, OptionalInt.of(4), Optional.empty()));

                    assertThat(verifying.verify(address, code).isVerified()).isTrue();

                    for (RecipientState state : fixture.states()) {
                        assertThat(state.failures())
                                .as("failures after a success")
                                .isEmpty();
                        assertThat(state.challenges())
                                .as("pending after a success")
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    @Tag("promise-2")
    void aWrongGuessIsCountedUnderBothSecretsOfARotation() {
        Rotation rotation = new Rotation();
        rotation.notYet.send(PHONE);
        rotation.swapped.send(PHONE);

        for (int left = 4; left >= 0; left--) {
            assertThat(rotation.notYet.verify(PHONE, "000000"))
                    .isEqualTo(new VerifyResult.Rejected(Reason.WRONG_CODE, OptionalInt.of(left), Optional.empty()));
        }

        assertThat(fixture.states())
                .hasSize(2)
                .allSatisfy(state -> assertThat(state.failures()).hasSize(5));
        for (OtpManager node : rotation.nodes) {
            assertThat(node.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.TOO_MANY_ATTEMPTS));
        }
    }

    @Test
    void anExhaustedOrLockedSecretHidesNoCodeUnderTheOther() {
        Rotation rotation = new Rotation();
        for (int round = 0; round < 2; round++) {
            rotation.notYet.send(PHONE);
            for (int i = 0; i < 5; i++) {
                rotation.notYet.verify(PHONE, wrong(fixture.sms.lastCode()));
            }
            rotation.swapped.send(PHONE);
            String code = fixture.sms.lastCode();
            assertThat(rotation.notYet.verify(PHONE, wrong(code))).isInstanceOf(VerifyResult.Rejected.class);
            assertThat(rotation.notYet.verify(PHONE, code).isVerified())
                    .as("round %d", round)
                    .isTrue();
        }
        rotation.notYet.send(PHONE);
        for (int i = 0; i < 2; i++) {
            for (int guess = 0; guess < 5; guess++) {
                rotation.notYet.verify(PHONE, wrong(fixture.sms.lastCode()));
            }
            fixture.clock.advance(Duration.ofMinutes(1));
            rotation.notYet.send(PHONE);
        }
        assertThat(reason(rotation.notYet.verify(PHONE, "000000"))).isEqualTo(Reason.LOCKED);
        rotation.swapped.send(PHONE);
        assertThat(rotation.notYet.verify(PHONE, fixture.sms.lastCode()).isVerified())
                .as("locked under one secret")
                .isTrue();
        assertThat(rotation.notYet.send(PHONE).isSent())
                .as("the success has lifted the lock")
                .isTrue();
    }

    @Test
    void aSuccessSurvivesAStoreThatGoesAwayBeforeTheOtherSecretIsAsked() {
        OtpSecret old = OtpSecret.random();
        OtpSecret young = OtpSecret.random();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public StoredRecord get(String key) {
                if (calls.get() > 2) {
                    throw new OtpStoreException("away");
                }
                return super.get(key);
            }
        };
        OtpManager node =
                fixture.builder().store(store).secret(young.withPrevious(old)).build();
        node.send(PHONE);

        assertThat(node.verify(PHONE, fixture.sms.lastCode()).isVerified()).isTrue();
    }

    @Test
    void aSuccessByChallengeIdUsesUpWhatIsPendingUnderTheOtherSecretToo() {
        Rotation rotation = new Rotation();
        rotation.notYet.send(PHONE);
        String first = fixture.sms.lastCode();
        SendResult.Sent second = (SendResult.Sent) rotation.swapped.send(PHONE);

        assertThat(rotation.notYet
                        .verify(VerifyRequest.ofChallenge(second.challengeId(), fixture.sms.lastCode()))
                        .isVerified())
                .isTrue();
        assertThat(rotation.notYet.verify(PHONE, first)).isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void aSuccessUsesUpWhatAnotherNodeSentUnderTheOtherSecretSinceThisOneWroteItsRecord() {
        Rotation rotation = new Rotation();
        OtpManager anotherNode = fixture.builder()
                .policy(rotation.policy())
                .secret(rotation.young.withPrevious(rotation.old))
                .build();
        rotation.swapped.send(PHONE);
        assertThat(rotation.swapped.verify(PHONE, fixture.sms.lastCode()).isVerified())
                .isTrue();
        anotherNode.send(PHONE);
        String first = fixture.sms.lastCode();
        rotation.notYet.send(PHONE);

        assertThat(rotation.swapped.verify(PHONE, fixture.sms.lastCode()).isVerified())
                .isTrue();
        assertThat(rotation.swapped.verify(PHONE, first)).isEqualTo(rejected(Reason.NO_PENDING_CODE));
    }

    @Test
    void noNodeAnswersFromARecordThatAnotherHasChanged() {
        OtpPolicy policy = OtpPolicy.builder()
                .maxAttempts(3)
                .resendCooldown(Duration.ZERO)
                .failureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        OtpManager here = fixture.builder().policy(policy).build();
        OtpManager there = fixture.builder().policy(policy).build();

        here.send(PHONE);
        String code = fixture.sms.lastCode();
        there.cancel(PHONE, "default");
        assertThat(here.verify(PHONE, code)).as("cancelled").isEqualTo(rejected(Reason.NO_PENDING_CODE));
        there.send(PHONE);
        assertThat(here.verify(PHONE, fixture.sms.lastCode()).isVerified())
                .as("sent")
                .isTrue();
        assertThat(there.verify(PHONE, fixture.sms.lastCode()))
                .as("used up")
                .isEqualTo(rejected(Reason.NO_PENDING_CODE));

        here.send(PHONE);
        code = fixture.sms.lastCode();
        for (int i = 0; i < 3; i++) {
            there.verify(PHONE, wrong(code));
        }
        assertThat(here.verify(PHONE, code)).as("exhausted").isEqualTo(rejected(Reason.TOO_MANY_ATTEMPTS));
        here.send(PHONE);
        code = fixture.sms.lastCode();
        there.verify(PHONE, wrong(code));
        here.verify(PHONE, wrong(code));
        assertThat(there.verify(PHONE, code))
                .as("locked")
                .isInstanceOfSatisfying(
                        VerifyResult.Rejected.class,
                        answer -> assertThat(answer.reason()).isEqualTo(Reason.LOCKED));
        here.unlock(PHONE);
        assertThat(there.verify(PHONE, code).isVerified()).as("unlocked").isTrue();
    }

    @Test
    void theSameSecretTwiceCountsAGuessOnce() {
        OtpSecret secret = OtpSecret.random();
        OtpManager twice = fixture.builder().secret(secret.withPrevious(secret)).build();
        twice.send(PHONE);

        twice.verify(PHONE, wrong(fixture.sms.lastCode()));

        assertThat(fixture.states())
                .singleElement()
                .satisfies(state -> assertThat(state.failures()).hasSize(1));
    }

    /** The nodes of a rotation between its two steps. */
    private final class Rotation {
        final OtpSecret old = OtpSecret.random();
        final OtpSecret young = OtpSecret.random();
        final OtpManager notYet = fixture.builder()
                .policy(policy())
                .secret(old.withPrevious(young))
                .build();
        final OtpManager swapped = fixture.builder()
                .policy(policy())
                .secret(young.withPrevious(old))
                .build();
        final List<OtpManager> nodes = List.of(notYet, swapped);

        private OtpPolicy policy() {
            return OtpPolicy.builder()
                    .sendLimits(RateLimit.of(100, Duration.ofDays(1)))
                    .build();
        }
    }

    private static Reason reason(VerifyResult result) {
        return ((VerifyResult.Rejected) result).reason();
    }

    @Test
    @Tag("promise-2")
    void guessesUnderThePreviousSecretAreCountedToo() {
        OtpSecret old = OtpSecret.random();
        fixture.builder().secret(old).build().send(PHONE);
        OtpManager swapped =
                fixture.builder().secret(OtpSecret.random().withPrevious(old)).build();

        for (int i = 0; i < 5; i++) {
            swapped.verify(PHONE, wrong(fixture.sms.lastCode()));
        }
        assertThat(swapped.verify(PHONE, fixture.sms.lastCode())).isEqualTo(rejected(Reason.TOO_MANY_ATTEMPTS));
    }

    @Test
    void aWrappedVerifierSeesEveryRequestAndMayRefuse() {
        List<VerifyRequest> seen = new ArrayList<>();
        OtpManager wrapped = fixture.builder()
                .verifier(next -> request -> {
                    seen.add(request);
                    return request.clientAddress().isPresent()
                            ? next.verify(request)
                            : new VerifyResult.Rejected(Reason.RATE_LIMITED, OptionalInt.empty(), Optional.empty());
                })
                .build();
        wrapped.send(PHONE);
        VerifyRequest request = VerifyRequest.of(PHONE, fixture.sms.lastCode());

        assertThat(wrapped.verify(request)).isEqualTo(rejected(Reason.RATE_LIMITED));
        assertThat(wrapped.verify(request.clientAddress("203.0.113.9")).isVerified())
                .isTrue();
        assertThat(seen).hasSize(2);
        assertThatThrownBy(() -> fixture.builder().verifier(next -> null).build())
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() ->
                        fixture.builder().verifier(next -> any -> null).build().verify(request))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void aClientMaySprayOneGuessAtFewRecipientsOnly() {
        OtpManager limited = fixture.builder()
                .clientFailureLimit(RateLimit.of(3, Duration.ofHours(1)))
                .build();
        for (int i = 0; i < 6; i++) {
            limited.send("user" + i + "@example.com");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(limited.verify(VerifyRequest.of(
                                    "user" + i + "@example.com",
                                    wrong(fixture.email.messages.get(i).code()))
                            .clientAddress("203.0.113.9")))
                    .extracting(result -> ((VerifyResult.Rejected) result).reason())
                    .isEqualTo(Reason.WRONG_CODE);
        }
        VerifyRequest fourth = VerifyRequest.of(
                "user3@example.com", fixture.email.messages.get(3).code());

        VerifyResult.Rejected refused = (VerifyResult.Rejected) limited.verify(fourth.clientAddress("203.0.113.9"));
        assertThat(refused.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(refused.retryAfter()).isPresent();
        assertThat(limited.verify(fourth.clientAddress("203.0.113.10")).isVerified())
                .isTrue();
    }

    @Test
    void onlyWrongCodesCountAgainstAClient() {
        OtpManager limited = fixture.builder()
                .clientFailureLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        for (int i = 0; i < 5; i++) {
            limited.send("user" + i + "@example.com");
            assertThat(limited.verify(VerifyRequest.of("user" + i + "@example.com", fixture.email.lastCode())
                                    .clientAddress("203.0.113.9"))
                            .isVerified())
                    .isTrue();
            assertThat(limited.verify(VerifyRequest.of("user" + i + "@example.com", "000000")
                            .clientAddress("203.0.113.9")))
                    .isEqualTo(rejected(Reason.NO_PENDING_CODE));
        }
    }

    @Test
    void whereNothingIsComparedNothingIsCountedForAClient() {
        OtpManager limited = fixture.builder()
                .clientFailureLimit(RateLimit.of(1, Duration.ofHours(1)))
                .build();
        for (int i = 0; i < 5; i++) {
            limited.verify(
                    VerifyRequest.of("user" + i + "@example.com", "000000").clientAddress("2001:db8:0:" + i + "::1"));
        }
        limited.send(EMAIL);
        fixture.clock.advance(Duration.ofMinutes(5));
        limited.verify(VerifyRequest.of(EMAIL, fixture.email.lastCode()).clientAddress("203.0.113.9"));
        assertThat(fixture.store.increments).as("counters asked for nothing").hasValue(0);

        limited.send(PHONE);
        limited.verify(VerifyRequest.of(PHONE, fixture.sms.lastCode()).clientAddress("203.0.113.9"));
        assertThat(fixture.store.counters).as("after a right code").isEmpty();
    }

    @Test
    void aSendThatIsRefusedLeavesNothingCountedForItsClient() {
        OtpManager limited = fixture.builder()
                .clientSendLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        limited.send(OtpRequest.to(PHONE));
        SendResult result = limited.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));

        assertThat(((SendResult.Refused) result).reason()).isEqualTo(SendResult.Refused.Reason.RESEND_TOO_SOON);
        assertThat(fixture.store.counters).isEmpty();
    }

    @Test
    void oneGuessIsCountedOnceForAClientHoweverManyRacesItLoses() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            private int losses = 3;

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                return expected != null && losses-- > 0
                        ? expected.equals(records.get(key)) ? lose(key, expected) : records.get(key)
                        : super.compareAndExchange(key, expected, update, ttl);
            }

            // Another node's send is committed first: one more send time in the record.
            private StoredRecord lose(String key, StoredRecord expected) {
                RecipientState state = StateCodec.decode(expected);
                List<Long> sends = new ArrayList<>(state.sends());
                sends.add(sends.get(sends.size() - 1) + 1);
                records.put(key, StateCodec.encode(new RecipientState(sends, state.failures(), state.challenges())));
                return records.get(key);
            }
        };
        OtpManager limited = fixture.builder()
                .store(store)
                .clientFailureLimit(RateLimit.of(5, Duration.ofHours(1)))
                .build();
        limited.send(PHONE);
        VerifyResult result = limited.verify(
                VerifyRequest.of(PHONE, wrong(fixture.sms.lastCode())).clientAddress("203.0.113.9"));

        assertThat(((VerifyResult.Rejected) result).reason()).isEqualTo(Reason.WRONG_CODE);
        assertThat(store.counters.values()).containsExactly(1L);
    }

    @Test
    void aLockTellsNoMilliseconds() {
        fixture.clock.advance(Duration.ofMillis(1));
        OtpManager strict = fixture.builder()
                .policy(OtpPolicy.builder()
                        .failureLimit(RateLimit.of(1, Duration.ofHours(1)))
                        .build())
                .build();
        strict.send(PHONE);
        strict.verify(PHONE, wrong(fixture.sms.lastCode()));

        VerifyResult.Rejected locked = (VerifyResult.Rejected) strict.verify(PHONE, fixture.sms.lastCode());

        assertThat(locked.reason()).isEqualTo(Reason.LOCKED);
        assertThat(locked.retryAfter()).contains(ManagerFixture.START.plusSeconds(3601));
    }

    @Test
    void answersDependOnTheRecipientsOwnHistoryAlone() {
        List<String> regular = play("regular@example.com");
        for (int i = 0; i < 5; i++) {
            play("neighbour" + i + "@example.com");
        }

        assertThat(play("stranger@example.com")).isEqualTo(regular);
    }

    /** Sends and guesses until everything is refused, and returns the results without their random parts. */
    private List<String> play(String address) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(otp.send(address)
                    .toString()
                    .replaceAll("recipient=\\S+", "")
                    .replaceAll("id-\\d+", ""));
            for (int guess = 0; guess < 6; guess++) {
                answers.add(otp.verify(address, wrong(fixture.email.lastCode())).toString());
            }
        }
        return answers;
    }

    private static VerifyResult rejected(Reason reason) {
        return new VerifyResult.Rejected(reason, OptionalInt.empty(), Optional.empty());
    }
}
