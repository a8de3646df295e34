package dev.otpkit;

import static dev.otpkit.ManagerFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.TrafficLimits.Mode;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.TrafficLimited;
import dev.otpkit.event.OtpEvent.TrafficLimited.Budget;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrafficBudgetsTest {
    private static final String CLIENT = "203.0.113.9";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final OtpPolicy ROOMY = OtpPolicy.builder()
            .resendCooldown(Duration.ZERO)
            .sendLimits(RateLimit.of(100, DAY))
            .build();

    private final ManagerFixture fixture = new ManagerFixture();

    @Test
    void limitsTheSendsToAllRecipients() {
        OtpManager otp = manager(TrafficLimits.builder().inAll(RateLimit.of(3, DAY)));

        assertThat(otp.send(saudi(1)).isSent()).isTrue();
        assertThat(otp.send("user@example.com").isSent()).isTrue();
        assertThat(otp.send(british(1)).isSent()).isTrue();

        // Three in the window that began at midnight: the next permit is free when a third of it has left.
        Instant next = START.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(32));
        assertThat(otp.send(saudi(2))).isEqualTo(limited(next));
        assertThat(otp.send("other@example.com")).isEqualTo(limited(next));
        assertThat(limits(Budget.IN_ALL)).extracting(TrafficLimited::key).containsExactly("all", "all");
        assertThat(fixture.sms.messages).hasSize(2);
        fixture.clock.set(next);
        assertThat(otp.send(saudi(2)).isSent()).isTrue();
    }

    @Test
    void limitsTheSendsToEachCountryWithOverrides() {
        OtpManager otp = manager(
                TrafficLimits.builder().perCountry(RateLimit.of(2, HOUR)).country("gb", RateLimit.of(1, HOUR)));

        assertThat(sent(otp, saudi(1), saudi(2), saudi(3))).containsExactly(true, true, false);
        assertThat(sent(otp, british(1), british(2))).containsExactly(true, false);
        assertThat(sent(otp, "a@example.com", "b@example.com", "c@example.com")).containsExactly(true, true, true);
        assertThat(limits(Budget.COUNTRY))
                .extracting(TrafficLimited::key, TrafficLimited::count, TrafficLimited::limit)
                .containsExactly(tuple("SA", 3L, 2L), tuple("GB", 2L, 1L));
    }

    @Test
    void limitsTheSendsOfOneCountryAlone() {
        OtpManager otp = manager(TrafficLimits.builder().country("GB", RateLimit.of(1, HOUR)));

        assertThat(sent(otp, saudi(1), saudi(2), british(1), british(2))).containsExactly(true, true, true, false);
    }

    @Test
    void limitsTheSendsToEachPrefix() {
        OtpManager otp = manager(TrafficLimits.builder().perPrefix(RateLimit.of(2, HOUR)));

        assertThat(sent(otp, "+966501230001", "+966501230002", "+966501239999", "+966501240001"))
                .containsExactly(true, true, false, true);
        assertThat(limits(Budget.PREFIX)).extracting(TrafficLimited::key).containsExactly("+96650123");
    }

    @Test
    void limitsTheSendsOfEachClientHoweverItIsSpelled() {
        OtpManager otp = manager(TrafficLimits.builder().perClient(RateLimit.of(2, HOUR)));

        assertThat(otp.send(from("2001:db8::1", saudi(1))).isSent()).isTrue();
        assertThat(otp.send(from("2001:DB8:0:0::2", "user@example.com")).isSent())
                .isTrue();
        assertThat(reason(otp.send(from("[2001:db8::3]", saudi(2))))).isEqualTo(Reason.TRAFFIC_LIMITED);
        assertThat(otp.send(from("2001:db8:0:1::1", saudi(2))).isSent()).isTrue();
        assertThat(otp.send(saudi(3)).isSent()).isTrue();
    }

    @Test
    void limitsTheCountriesOfEachClient() {
        OtpManager otp = manager(TrafficLimits.builder().countriesPerClient());

        assertThat(sentFrom(otp, CLIENT, saudi(1), british(1), german(1), saudi(2)))
                .containsOnly(true);
        assertThat(otp.send(from(CLIENT, french(1)))).isEqualTo(limited(Instant.parse("2026-03-02T00:00:00Z")));
        assertThat(sentFrom(otp, CLIENT, german(2), "user@example.com")).containsOnly(true);
        assertThat(otp.send(from("203.0.113.10", french(1))).isSent()).isTrue();
        assertThat(otp.send(french(2)).isSent()).isTrue();
        assertThat(limits(Budget.COUNTRIES_OF_CLIENT))
                .extracting(TrafficLimited::count, TrafficLimited::limit, TrafficLimited::window)
                .containsExactly(tuple(4L, 3L, DAY));
        fixture.clock.set(Instant.parse("2026-03-02T00:00:00Z"));
        assertThat(otp.send(from(CLIENT, french(3))).isSent()).isTrue();
    }

    /** With no history, the fourth unverified send to a country within an hour exceeds the least threshold. */
    @Test
    void recordsOrRefusesSendsThatAreNotVerified() {
        OtpManager recording = manager(TrafficLimits.builder().conversion());
        assertThat(sent(recording, saudi(1), saudi(2), saudi(3), saudi(4))).containsOnly(true);
        assertThat(limits(Budget.COUNTRY_CONVERSION)).singleElement().satisfies(event -> {
            assertThat(event.enforced()).isFalse();
            assertThat(event.key()).isEqualTo("SA");
            assertThat(event.count()).isEqualTo(4);
            assertThat(event.limit()).isEqualTo(3);
            assertThat(event.window()).isEqualTo(HOUR);
        });
        assertThat(fixture.events.get(3)).isInstanceOf(TrafficLimited.class);
        assertThat(fixture.events.get(4)).isInstanceOf(OtpEvent.Sent.class);

        OtpManager enforcing = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        assertThat(enforcing.send(saudi(5))).isEqualTo(limited(START.plus(HOUR)));
        assertThat(enforcing.send(british(1)).isSent()).isTrue();
        assertThat(enforcing.send("user@example.com").isSent()).isTrue();
        fixture.clock.set(START.plus(HOUR));
        assertThat(enforcing.send(saudi(5)).isSent()).isTrue();
    }

    @Test
    void countsTheUnverifiedSendsOfAClientOverAllCountries() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));

        assertThat(sentFrom(otp, CLIENT, saudi(1), british(1), german(1), french(1), saudi(2), british(2)))
                .containsExactly(true, true, true, true, true, false);
        assertThat(limits(Budget.CLIENT_CONVERSION)).singleElement().satisfies(event -> {
            assertThat(event.count()).isEqualTo(6);
            assertThat(event.limit()).isEqualTo(5);
            assertThat(event.key()).matches("[0-9a-f]{8}");
        });
        assertThat(otp.send(from("203.0.113.10", british(2))).isSent()).isTrue();
    }

    @Test
    void aVerifiedCodeTakesItsSendsBack() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 30; i++) {
            assertThat(otp.send(from(CLIENT, saudi(i))).isSent()).isTrue();
            assertThat(otp.verify(saudi(i), fixture.sms.lastCode()).isVerified())
                    .isTrue();
        }
        assertThat(sentFrom(otp, CLIENT, saudi(100), saudi(101), saudi(102))).containsOnly(true);
        // 30 verified codes within the hour allow 6 unverified sends.
        assertThat(sentFrom(otp, "203.0.113.10", saudi(103), saudi(104), saudi(105), saudi(106)))
                .containsExactly(true, true, true, false);
    }

    @Test
    void aVerifiedCodeIsCreditedToTheClientsOfItsSendsAndNotToTheOneThatVerifies() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        fixture.clock.set(START.plus(Duration.ofMinutes(1)));
        for (int i = 0; i < 5; i++) {
            assertThat(otp.send(from(CLIENT, number(i, 1))).isSent()).isTrue();
        }
        assertThat(reason(otp.send(from(CLIENT, number(5, 1))))).isEqualTo(Reason.TRAFFIC_LIMITED);
        String other = "203.0.113.10";
        for (int i = 0; i < 5; i++) {
            assertThat(otp.send(from(other, number(i, 2))).isSent()).isTrue();
            assertThat(otp.verify(VerifyRequest.of(number(i, 2), fixture.sms.lastCode())
                                    .clientAddress(CLIENT))
                            .isVerified())
                    .isTrue();
        }
        assertThat(reason(otp.send(from(CLIENT, number(5, 1))))).isEqualTo(Reason.TRAFFIC_LIMITED);
        assertThat(sentFrom(otp, other, number(0, 3), number(1, 3), number(2, 3), number(3, 3), number(4, 3)))
                .containsOnly(true);
    }

    @Test
    void aVerifiedCodeTakesAllSendsOfItsChallengeBackOnResendAndRotation() {
        for (Resend resend : Resend.values()) {
            ManagerFixture here = new ManagerFixture();
            OtpManager otp = here.builder()
                    .policy(ROOMY.toBuilder().resend(resend).build())
                    .trafficLimits(
                            TrafficLimits.builder().conversion(Mode.ENFORCE).build())
                    .build();
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 3; i++) {
                    assertThat(otp.send(from(CLIENT, saudi(1))).isSent())
                            .as("send %d of round %d with %s", i, round, resend)
                            .isTrue();
                }
                assertThat(otp.verify(saudi(1), here.sms.lastCode()).isVerified())
                        .isTrue();
            }
        }
    }

    @Test
    void aVerifiedCodeIsCreditedOnceAndNotTwice() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        otp.send(saudi(1));
        String code = fixture.sms.lastCode();
        otp.send(saudi(2));
        otp.send(saudi(3));
        for (int i = 0; i < 5; i++) {
            otp.verify(saudi(1), code);
        }
        assertThat(sent(otp, saudi(4), saudi(5))).containsExactly(true, false);
    }

    /** 50 codes of one client count for the country: 10 more unverified sends within an hour, and no more. */
    @Test
    void theVerifiedCodesOfOneClientRaiseTheThresholdOfACountryByAFixedNumber() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 200; i++) {
            assertThat(otp.send(from(CLIENT, saudi(i))).isSent()).isTrue();
            assertThat(otp.verify(saudi(i), fixture.sms.lastCode()).isVerified())
                    .isTrue();
        }
        assertThat(IntStream.range(1000, 1030)
                        .filter(i -> otp.send(saudi(i)).isSent())
                        .count())
                .isEqualTo(10);
    }

    @Test
    void withoutAClientEachVerifiedCodeRaisesTheThresholdOfTheCountry() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 200; i++) {
            otp.send(saudi(i));
            otp.verify(saudi(i), fixture.sms.lastCode());
        }
        assertThat(IntStream.range(1000, 1050)
                        .filter(i -> otp.send(saudi(i)).isSent())
                        .count())
                .isEqualTo(40);
    }

    @Test
    void remembersTheBestOf14DaysAndNoLonger() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 200; i++) {
            otp.send(saudi(i));
            otp.verify(saudi(i), fixture.sms.lastCode());
        }
        fixture.clock.set(START.plus(Duration.ofDays(14)));
        assertThat(unverified(otp, 2000, 80)).isEqualTo(6);
        fixture.clock.set(START.plus(Duration.ofDays(15)));
        assertThat(unverified(otp, 3000, 80)).isEqualTo(3);
    }

    @Test
    void knowsTheBestDayUnderThePreviousSecret() {
        OtpManager before = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 200; i++) {
            before.send(saudi(i));
            before.verify(saudi(i), fixture.sms.lastCode());
        }
        OtpSecret old = OtpSecret.of(new byte[32]);
        fixture.clock.advance(DAY);

        assertThat(unverified(under(OtpSecret.random().withPrevious(old)), 2000, 80))
                .isEqualTo(6);
        assertThat(unverified(under(OtpSecret.random()), 3000, 80)).isEqualTo(3);
    }

    private OtpManager under(OtpSecret secret) {
        return fixture.builder()
                .policy(ROOMY)
                .secret(secret)
                .trafficLimits(TrafficLimits.builder().conversion(Mode.ENFORCE).build())
                .build();
    }

    @Test
    void theThresholdOfADayHoldsOverItsHours() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        fixture.clock.set(Instant.parse("2026-03-01T00:00:00Z"));
        int sent = 0;
        for (int hour = 0; hour < 24; hour++) {
            sent += unverified(otp, 100 * hour, 50);
            fixture.clock.advance(HOUR);
        }
        assertThat(sent).isEqualTo(20);
    }

    @Test
    void exemptsRecipientsThatHaveVerifiedWithin90DaysFromTheBudgetsOfTheirCountry() {
        OtpManager otp = manager(TrafficLimits.builder()
                .perCountry(RateLimit.of(3, HOUR))
                .conversion(Mode.ENFORCE)
                .exemptVerified(true));
        otp.send(saudi(1));
        assertThat(otp.verify(saudi(1), fixture.sms.lastCode()).isVerified()).isTrue();
        fixture.clock.advance(Duration.ofDays(89));
        assertThat(sent(otp, saudi(2), saudi(3), saudi(4), saudi(5))).containsExactly(true, true, true, false);

        assertThat(otp.send(saudi(1)).isSent()).isTrue();
        OtpManager elsewhere = manager(TrafficLimits.builder()
                .perCountry(RateLimit.of(3, HOUR))
                .conversion(Mode.ENFORCE)
                .exemptVerified(true));
        assertThat(elsewhere.send(saudi(1)).isSent())
                .as("on a node that did not write its record")
                .isTrue();

        fixture.clock.advance(Duration.ofDays(1));
        assertThat(sent(otp, saudi(6), saudi(7), saudi(8), saudi(1))).containsExactly(true, true, true, false);
    }

    @Test
    void remembersASuccessOnlyWhileItExempts() {
        OtpManager without = manager(TrafficLimits.builder().conversion());
        without.send(saudi(1));
        without.verify(saudi(1), fixture.sms.lastCode());
        assertThat(verifiedAt()).containsOnlyNulls();

        OtpManager with = manager(TrafficLimits.builder().conversion().exemptVerified(true));
        with.send(saudi(1));
        with.verify(saudi(1), fixture.sms.lastCode());
        assertThat(verifiedAt()).containsExactly(START.toEpochMilli());

        without.send(saudi(1));
        assertThat(verifiedAt()).containsOnlyNulls();
    }

    @Test
    void theLimitsOfTheRecipientComeFirst() {
        OtpManager otp = fixture.builder()
                .trafficLimits(
                        TrafficLimits.builder().inAll(RateLimit.of(1, HOUR)).build())
                .build();
        otp.send(saudi(1));

        assertThat(reason(otp.send(saudi(1)))).isEqualTo(Reason.RESEND_TOO_SOON);
        OtpManager elsewhere = fixture.builder()
                .trafficLimits(
                        TrafficLimits.builder().inAll(RateLimit.of(1, HOUR)).build())
                .build();
        assertThat(reason(elsewhere.send(saudi(1))))
                .as("on a node that did not write its record")
                .isEqualTo(Reason.RESEND_TOO_SOON);
        assertThat(reason(otp.send(saudi(2)))).isEqualTo(Reason.TRAFFIC_LIMITED);
        assertThat(limits(Budget.IN_ALL)).hasSize(1);
    }

    @Test
    void aSendThatTheRecipientsLimitsRefuseTakesNothing() {
        TrafficLimits.Builder limits = TrafficLimits.builder()
                .inAll(RateLimit.of(2, HOUR))
                .perCountry(RateLimit.of(2, HOUR))
                .perPrefix(RateLimit.of(2, HOUR))
                .perClient(RateLimit.of(2, HOUR))
                .conversion(Mode.ENFORCE);
        OtpManager otp = fixture.builder().trafficLimits(limits.build()).build();
        otp.send(from(CLIENT, saudi(1)));
        Map<String, Long> counted = Map.copyOf(fixture.store.counters);

        otp.send(from(CLIENT, saudi(1)));
        fixture.builder().trafficLimits(limits.build()).build().send(from(CLIENT, saudi(1)));

        assertThat(fixture.store.counters).isEqualTo(counted).isNotEmpty();
    }

    @Test
    void aSendThatABudgetRefusesTakesNothingOfTheOthers() {
        OtpManager otp = manager(TrafficLimits.builder()
                .perClient(RateLimit.of(10, HOUR))
                .perPrefix(RateLimit.of(10, HOUR))
                .perCountry(RateLimit.of(10, HOUR))
                .inAll(RateLimit.of(10, HOUR))
                .conversion(Mode.ENFORCE)
                .countriesPerClient(RateLimit.of(1, DAY)));
        otp.send(from(CLIENT, saudi(1)));
        Map<String, Long> counted = Map.copyOf(fixture.store.counters);

        assertThat(otp.send(from(CLIENT, british(1)))).isInstanceOf(SendResult.Refused.class);

        assertThat(limits(Budget.COUNTRIES_OF_CLIENT)).hasSize(1);
        assertThat(fixture.store.counters).isEqualTo(counted).isNotEmpty();
        assertThat(fixture.states()).hasSize(1);
    }

    @Test
    void aSendThatNoChannelDeliversTakesNothing() {
        OtpManager otp = manager(TrafficLimits.builder()
                .perClient(RateLimit.of(2, HOUR))
                .perPrefix(RateLimit.of(2, HOUR))
                .perCountry(RateLimit.of(2, HOUR))
                .inAll(RateLimit.of(2, HOUR))
                .conversion(Mode.ENFORCE));
        fixture.sms.fails(Kind.UNAVAILABLE);
        for (int i = 0; i < 5; i++) {
            assertThat(otp.send(from(CLIENT, saudi(i)))).isInstanceOf(SendResult.Undelivered.class);
        }
        assertThat(fixture.store.counters).isEmpty();

        fixture.sms.fails(Kind.UNCERTAIN);
        assertThat(sentFrom(otp, CLIENT, saudi(5), saudi(6), saudi(7))).containsExactly(true, true, false);
    }

    @Test
    void aRendererThatThrowsTakesNothing() {
        OtpManager otp = fixture.builder()
                .trafficLimits(
                        TrafficLimits.builder().inAll(RateLimit.of(2, HOUR)).build())
                .messages(context -> {
                    throw new IllegalArgumentException("renderer");
                })
                .build();

        assertThatThrownBy(() -> otp.send(saudi(1))).hasMessage("renderer");

        assertThat(fixture.store.counters).isEmpty();
    }

    @Test
    void aGeneratorThatThrowsTakesNothing() {
        AtomicBoolean broken = new AtomicBoolean();
        OtpManager otp = fixture.builder()
                .trafficLimits(
                        TrafficLimits.builder().inAll(RateLimit.of(2, HOUR)).build())
                .generator((policy, random) -> {
                    if (broken.get()) {
                        throw new IllegalArgumentException("generator");
                    }
                    return String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000));
                })
                .build();
        broken.set(true);

        assertThatThrownBy(() -> otp.send(saudi(1))).hasMessage("generator");

        assertThat(fixture.store.counters).isEmpty();
        assertThat(fixture.states())
                .allSatisfy(state -> assertThat(state.challenges()).isEmpty());
    }

    @Test
    void testRecipientsAndDevelopmentModeCountNothing() {
        TrafficLimits limits = TrafficLimits.builder()
                .inAll(RateLimit.of(1, HOUR))
                .conversion(Mode.ENFORCE)
                .build();
        OtpManager test = fixture.builder()
                .policy(ROOMY)
                .trafficLimits(limits)
                .testRecipient(saudi(1), OtpManager.DEFAULT_PURPOSE, "424242", START.plus(DAY))
                .build();
        assertThat(sent(test, saudi(1), saudi(1))).containsOnly(true);
        assertThat(test.verify(saudi(1), "424242").isVerified()).isTrue();
        OtpManager development = fixture.bare()
                .policy(ROOMY)
                .trafficLimits(limits)
                .developmentMode(true)
                .build();
        assertThat(sent(development, saudi(1), saudi(2))).containsOnly(true);

        assertThat(fixture.store.counters).isEmpty();
    }

    @Test
    void decoysCountLikeOtherSends() {
        OtpManager otp = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        for (int i = 0; i < 3; i++) {
            assertThat(otp.send(OtpRequest.to(saudi(i)).decoy()).isSent()).isTrue();
        }

        assertThat(otp.send(OtpRequest.to(saudi(3)).decoy())).isEqualTo(limited(START.plus(HOUR)));
        assertThat(otp.send(saudi(3))).isEqualTo(limited(START.plus(HOUR)));
    }

    @Test
    void theRecordOfADecoyIsAsLongAsThatOfARealSend() {
        OtpManager otp = manager(TrafficLimits.builder().conversion());
        otp.send(from(CLIENT, saudi(1)));
        otp.send(from(CLIENT, saudi(2)).decoy());

        assertThat(fixture.store.records.values())
                .extracting(record -> record.bytes().length)
                .hasSize(2)
                .containsOnly(62 + 1 + Long.BYTES);
    }

    @Test
    void aDumpLinksNoTwoRecipientsOfOneClient() {
        OtpManager otp = manager(TrafficLimits.builder().conversion());
        otp.send(from(CLIENT, saudi(1)));
        otp.send(from(CLIENT, saudi(2)));
        otp.send(saudi(3));

        assertThat(fixture.states())
                .flatExtracting(RecipientState::challenges)
                .extracting(Challenge::trace)
                .flatExtracting(Challenge.Trace::clients)
                .hasSize(3)
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutConversionTheRecordNamesNoClient() {
        OtpManager otp = manager(TrafficLimits.builder().perClient(RateLimit.of(10, HOUR)));
        otp.send(from(CLIENT, saudi(1)));

        assertThat(fixture.states())
                .flatExtracting(RecipientState::challenges)
                .extracting(Challenge::trace)
                .containsExactly(Challenge.Trace.NONE);
    }

    @Test
    void creditsACodeThatWasSentUnderThePreviousSecretToItsCounters() {
        OtpSecret old = OtpSecret.of(new byte[32]);
        OtpManager before = manager(TrafficLimits.builder().conversion(Mode.ENFORCE));
        before.send(from(CLIENT, saudi(1)));
        String code = fixture.sms.lastCode();
        before.send(from(CLIENT, saudi(2)));
        before.send(from(CLIENT, saudi(3)));
        OtpManager after = under(OtpSecret.random().withPrevious(old));

        assertThat(after.verify(saudi(1), code).isVerified()).isTrue();

        assertThat(sent(before, saudi(4), saudi(5))).containsExactly(true, false);
    }

    @Test
    void publishesAndLogsABudgetWithItsFigures() {
        OtpManager otp = manager(TrafficLimits.builder()
                .country("SA", RateLimit.of(1, HOUR))
                .perPrefix(RateLimit.of(1, HOUR))
                .conversion());
        List<String> lines;
        try (LogRecorder log = new LogRecorder()) {
            sent(otp, "+966501230001", "+966501230002", "+966501240002");
            sent(otp, british(1));
            lines = log.lines().stream()
                    .filter(line -> line.contains("traffic") || line.contains("TRAFFIC"))
                    .toList();
        }

        String first = otp.logTag(Recipient.parse("+966501230002", null));
        String second = otp.logTag(Recipient.parse("+966501240002", null));
        assertThat(lines)
                .containsExactly(
                        "WARN traffic budget PREFIX is used up: 2 of 1 in PT1H, by a default code to +966•••••0002 ["
                                + first + "], which is refused",
                        "WARN refused to send default code to +966•••••0002 [" + first
                                + "]: TRAFFIC_LIMITED, retry after 2026-03-01T10:00:00Z",
                        "WARN traffic budget COUNTRY of SA is used up: 2 of 1 in PT1H, by a default code to"
                                + " +966•••••0002 [" + second + "], which is refused",
                        "WARN refused to send default code to +966•••••0002 [" + second
                                + "]: TRAFFIC_LIMITED, retry after 2026-03-01T10:00:00Z");
        assertThat(fixture.events)
                .filteredOn(event -> !(event instanceof OtpEvent.Sent))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("duration")
                .containsExactly(
                        new TrafficLimited(
                                START,
                                Budget.PREFIX,
                                "+96650123",
                                2,
                                1,
                                HOUR,
                                true,
                                Recipient.parse("+966501230002", null),
                                "default",
                                Duration.ZERO),
                        refused("+966501230002"),
                        new TrafficLimited(
                                START,
                                Budget.COUNTRY,
                                "SA",
                                2,
                                1,
                                HOUR,
                                true,
                                Recipient.parse("+966501240002", null),
                                "default",
                                Duration.ZERO),
                        refused("+966501240002"));
    }

    /** The prefix and the last four digits of a masked number are the whole number. */
    @Test
    void noLogLineAndNoTextOfAnEventHasThePrefix() {
        OtpManager otp = manager(TrafficLimits.builder().perPrefix(RateLimit.of(1, HOUR)));
        try (LogRecorder log = new LogRecorder()) {
            sent(otp, "+966501230001", "+966501230002");

            assertThat(log.texts()).isNotEmpty().noneMatch(text -> text.contains("50123"));
        }
        assertThat(limits(Budget.PREFIX)).hasSize(1);
        assertThat(fixture.events).noneMatch(event -> event.toString().contains("50123"));
    }

    @Test
    void aStoreThatFailsRefusesUnderALimitAndNotWhileItOnlyRecords() {
        AtomicBoolean broken = new AtomicBoolean(true);
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (broken.get()) {
                    throw new OtpStoreException("counters are away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        for (TrafficLimits.Builder limits : List.of(
                TrafficLimits.builder().inAll(RateLimit.of(9, HOUR)),
                TrafficLimits.builder().conversion(Mode.ENFORCE),
                TrafficLimits.builder().countriesPerClient())) {
            OtpManager otp =
                    fixture.builder().store(store).trafficLimits(limits.build()).build();
            assertThatThrownBy(() -> otp.send(from(CLIENT, saudi(1)))).isInstanceOf(OtpStoreException.class);
        }
        assertThat(store.records).isEmpty();
        assertThat(fixture.sms.messages).isEmpty();
        fixture.events.clear();

        OtpManager recording = fixture.builder()
                .store(store)
                .trafficLimits(TrafficLimits.builder().conversion().build())
                .build();
        assertThat(recording.send(from(CLIENT, saudi(1))).isSent()).isTrue();
        assertThat(fixture.events).hasSize(2);
        assertThat(fixture.events.get(0)).isInstanceOfSatisfying(OtpEvent.StoreFailed.class, event -> {
            assertThat(event.operation()).isEqualTo(OtpEvent.StoreFailed.Operation.SEND);
            assertThat(event.thrown()).isFalse();
        });
        assertThat(recording.verify(saudi(1), fixture.sms.lastCode()).isVerified())
                .as("with nothing to credit")
                .isTrue();
        assertThat(fixture.events).hasSize(3);
    }

    @Test
    void aSendThatIsCountedInPartIsNotCounted() {
        AtomicInteger counted = new AtomicInteger();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                // The client's hour and day come first.
                if (counted.incrementAndGet() == 3) {
                    throw new OtpStoreException("the third counter is away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager otp = fixture.builder()
                .store(store)
                .trafficLimits(TrafficLimits.builder().conversion().build())
                .build();

        assertThat(otp.send(from(CLIENT, saudi(1))).isSent()).isTrue();

        assertThat(store.counters).isEmpty();
        assertThat(counted).hasValueGreaterThan(3);
    }

    @Test
    void aVerificationSucceedsIfItCannotBeCredited() {
        AtomicBoolean broken = new AtomicBoolean();
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (broken.get()) {
                    throw new IllegalStateException("counters are away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager otp = fixture.builder()
                .store(store)
                .trafficLimits(TrafficLimits.builder().conversion(Mode.ENFORCE).build())
                .build();
        otp.send(from(CLIENT, saudi(1)));
        broken.set(true);

        assertThat(otp.verify(saudi(1), fixture.sms.lastCode()).isVerified()).isTrue();

        assertThat(fixture.events.get(1)).isInstanceOfSatisfying(OtpEvent.StoreFailed.class, event -> {
            assertThat(event.operation()).isEqualTo(OtpEvent.StoreFailed.Operation.VERIFY);
            assertThat(event.thrown()).isFalse();
        });
        assertThat(fixture.events.get(2)).isInstanceOf(OtpEvent.Verified.class);
    }

    @Test
    void aPermitThatCannotBeReleasedLeavesTheRefusal() {
        ManagerFixture.MapStore store = new ManagerFixture.MapStore() {
            @Override
            public long increment(String counter, long delta, Duration ttl) {
                if (delta < 0) {
                    throw new OtpStoreException("counters are away");
                }
                return super.increment(counter, delta, ttl);
            }
        };
        OtpManager otp = fixture.builder()
                .store(store)
                .policy(ROOMY)
                .trafficLimits(TrafficLimits.builder().conversion(Mode.ENFORCE).build())
                .build();

        assertThat(sent(otp, saudi(1), saudi(2), saudi(3), saudi(4))).containsExactly(true, true, true, false);
        assertThat(fixture.events)
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                OtpEvent.StoreFailed.class,
                                failed -> assertThat(failed.thrown()).isFalse()));
    }

    /** The table of docs/abuse.md. */
    @Test
    void statesTheRequestsToTheStoreOfEachBudget() {
        assertThat(requests(null, false)).isEqualTo(new Requests(1, 1));
        assertThat(requests(TrafficLimits.builder().inAll(RateLimit.of(9, HOUR)), false))
                .isEqualTo(new Requests(1 + 2, 1));
        assertThat(requests(TrafficLimits.builder().perCountry(RateLimit.of(9, HOUR)), false))
                .isEqualTo(new Requests(1 + 2, 1));
        assertThat(requests(TrafficLimits.builder().country("SA", RateLimit.of(9, HOUR)), false))
                .isEqualTo(new Requests(1 + 2, 1));
        assertThat(requests(TrafficLimits.builder().country("GB", RateLimit.of(9, HOUR)), false))
                .as("the limit of another country")
                .isEqualTo(new Requests(1, 1));
        assertThat(requests(TrafficLimits.builder().perPrefix(RateLimit.of(9, HOUR)), false))
                .isEqualTo(new Requests(1 + 2, 1));
        assertThat(requests(TrafficLimits.builder().perClient(RateLimit.of(9, HOUR)), false))
                .isEqualTo(new Requests(1 + 2, 1));
        assertThat(requests(TrafficLimits.builder().countriesPerClient(), false))
                .as("the first send of a client to a country")
                .isEqualTo(new Requests(1 + 3, 1));
        assertThat(requests(TrafficLimits.builder().countriesPerClient(), true))
                .as("a later one")
                .isEqualTo(new Requests(1 + 1, 1));
        assertThat(requests(TrafficLimits.builder().conversion(), false)).isEqualTo(new Requests(1 + 4, 1 + 7));
    }

    @Test
    void statesTheRequestsOfASendThatABudgetRefuses() {
        assertThat(requestsOfARefusal(TrafficLimits.builder().inAll(RateLimit.of(1, HOUR)), null, saudi(1), saudi(2)))
                .isEqualTo(1 + 3);
        assertThat(requestsOfARefusal(
                        TrafficLimits.builder().countriesPerClient(RateLimit.of(1, DAY)), CLIENT, saudi(1), british(1)))
                .isEqualTo(1 + 3);
        assertThat(requestsOfARefusal(
                        TrafficLimits.builder().conversion(Mode.ENFORCE),
                        null,
                        saudi(1),
                        saudi(2),
                        saudi(3),
                        saudi(4),
                        saudi(5)))
                .as("by the hour of a country, whose history is known")
                .isEqualTo(1 + 7);
        assertThat(requestsOfARefusal(
                        TrafficLimits.builder().conversion(Mode.ENFORCE),
                        CLIENT,
                        saudi(1),
                        british(1),
                        german(1),
                        french(1),
                        saudi(2),
                        british(2)))
                .as("by the hour of a client")
                .isEqualTo(1 + 6);
    }

    /** Returns the requests of the last send, which is refused. */
    private static int requestsOfARefusal(TrafficLimits.Builder limits, @Nullable String client, String... numbers) {
        ManagerFixture here = new ManagerFixture();
        OtpManager otp =
                here.builder().policy(ROOMY).trafficLimits(limits.build()).build();
        int calls = 0;
        for (int i = 0; i < numbers.length; i++) {
            OtpRequest request = OtpRequest.to(numbers[i]);
            OtpRequest asked = client == null ? request : request.clientAddress(client);
            boolean last = i == numbers.length - 1;
            calls = here.calls(
                    () -> assertThat(otp.send(asked).isSent() && last).isFalse());
        }
        return calls;
    }

    @Test
    void statesTheRequestsOfASendWithoutAClient() {
        OtpManager otp = manager(TrafficLimits.builder()
                .perClient(RateLimit.of(9, HOUR))
                .countriesPerClient()
                .conversion());
        int before = fixture.store.calls.get();
        otp.send(saudi(1));
        assertThat(fixture.store.calls.get() - before).isEqualTo(1 + 2);
        before = fixture.store.calls.get();
        otp.verify(saudi(1), fixture.sms.lastCode());
        assertThat(fixture.store.calls.get() - before).isEqualTo(1 + 4);
        before = fixture.store.calls.get();
        otp.send("user@example.com");
        assertThat(fixture.store.calls.get() - before).isEqualTo(1);
    }

    @Test
    void readsTheHistoryOfACountryOncePerDay() {
        OtpManager otp = manager(TrafficLimits.builder().conversion());
        sent(otp, saudi(1), saudi(2), saudi(3));

        assertThat(fixture.calls(() -> otp.send(saudi(4)))).isEqualTo(1 + 2 + 14 + 1 + 2);
        assertThat(fixture.calls(() -> otp.send(saudi(5)))).isEqualTo(1 + 2 + 1 + 2);
        fixture.clock.advance(DAY);
        sent(otp, saudi(11), saudi(12), saudi(13));
        assertThat(fixture.calls(() -> otp.send(saudi(14)))).isEqualTo(1 + 2 + 14 + 1 + 2);
    }

    @Test
    void neverLetsMoreRacersThroughThanABudget() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 60; round++) {
                ManagerFixture here = new ManagerFixture();
                int max = 1 + round % 10;
                OtpManager otp = here.builder()
                        .trafficLimits(TrafficLimits.builder()
                                .perPrefix(RateLimit.of(max, HOUR))
                                .build())
                        .build();
                assertThat(race(pool, threads, thread -> otp.send(saudi(thread))))
                        .as("budget of %d", max)
                        .isBetween(1L, (long) max);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void neverLetsMoreRacersThroughThanAThreshold() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 60; round++) {
                ManagerFixture here = new ManagerFixture();
                OtpManager otp = here.builder()
                        .trafficLimits(
                                TrafficLimits.builder().conversion(Mode.ENFORCE).build())
                        .build();
                assertThat(race(pool, threads, thread -> otp.send(saudi(thread))))
                        .isBetween(1L, 3L);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aClientThatRacesReachesNoMoreCountriesThanItsLimit() throws Exception {
        int threads = 24;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 60; round++) {
                ManagerFixture here = new ManagerFixture();
                OtpManager otp = here.builder()
                        .trafficLimits(
                                TrafficLimits.builder().countriesPerClient().build())
                        .build();
                int shift = round;
                race(pool, threads, thread -> otp.send(from(CLIENT, number((thread + shift) % 6, thread))));

                assertThat(here.sms.messages.stream()
                                .map(message -> ((PhoneNumber) message.recipient()).region())
                                .distinct())
                        .hasSizeBetween(1, 3);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private interface Send {
        SendResult of(int thread);
    }

    /** Returns the number of sends of racing threads that succeed. */
    private static long race(ExecutorService pool, int threads, Send send) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<Boolean>> racers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            racers.add(pool.submit(() -> {
                start.await(10, TimeUnit.SECONDS);
                return send.of(thread).isSent();
            }));
        }
        long sent = 0;
        for (Future<Boolean> racer : racers) {
            sent += racer.get(10, TimeUnit.SECONDS) ? 1 : 0;
        }
        return sent;
    }

    /** The requests of a send and of a right guess. */
    private record Requests(int send, int verify) {}

    private Requests requests(TrafficLimits.Builder limits, boolean second) {
        ManagerFixture here = new ManagerFixture();
        OtpManager.Builder builder = here.builder();
        OtpManager otp = (limits == null ? builder : builder.trafficLimits(limits.build())).build();
        if (second) {
            otp.send(from(CLIENT, saudi(99)));
        }
        int before = here.store.calls.get();
        assertThat(otp.send(from(CLIENT, saudi(1))).isSent()).isTrue();
        int sent = here.store.calls.get();
        assertThat(otp.verify(saudi(1), here.sms.lastCode()).isVerified()).isTrue();
        return new Requests(sent - before, here.store.calls.get() - sent);
    }

    private OtpManager manager(TrafficLimits.Builder limits) {
        return fixture.builder().policy(ROOMY).trafficLimits(limits.build()).build();
    }

    private int unverified(OtpManager otp, int first, int sends) {
        return (int) IntStream.range(first, first + sends)
                .filter(i -> otp.send(saudi(i)).isSent())
                .count();
    }

    private static List<Boolean> sent(OtpManager otp, String... addresses) {
        return List.of(addresses).stream()
                .map(address -> otp.send(address).isSent())
                .toList();
    }

    private static List<Boolean> sentFrom(OtpManager otp, String client, String... addresses) {
        return List.of(addresses).stream()
                .map(address -> otp.send(from(client, address)).isSent())
                .toList();
    }

    private static OtpRequest from(String client, String address) {
        return OtpRequest.to(address).clientAddress(client);
    }

    private List<TrafficLimited> limits(Budget budget) {
        return fixture.events.stream()
                .filter(TrafficLimited.class::isInstance)
                .map(TrafficLimited.class::cast)
                .filter(event -> event.budget() == budget)
                .toList();
    }

    private List<Long> verifiedAt() {
        return fixture.states().stream()
                .map(state -> state.standing().verifiedAt())
                .toList();
    }

    private static OtpEvent refused(String address) {
        return new OtpEvent.Refused(
                START,
                Optional.of(Recipient.parse(address, null)),
                "default",
                Reason.TRAFFIC_LIMITED,
                Optional.of(Instant.parse("2026-03-01T10:00:00Z")),
                Optional.empty(),
                Duration.ZERO);
    }

    private static SendResult limited(Instant retryAfter) {
        return new SendResult.Refused(Reason.TRAFFIC_LIMITED, Optional.of(retryAfter));
    }

    private static Reason reason(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Refused.class);
        return ((SendResult.Refused) result).reason();
    }

    private static String saudi(int i) {
        return String.format(Locale.ROOT, "+96650%07d", 1_000_000 + i);
    }

    private static String british(int i) {
        return String.format(Locale.ROOT, "+447400%06d", 123_000 + i);
    }

    private static String german(int i) {
        return String.format(Locale.ROOT, "+491512%07d", 3_450_000 + i);
    }

    private static String french(int i) {
        return String.format(Locale.ROOT, "+3361%07d", 2_340_000 + i);
    }

    /** Returns a number of one of six countries. */
    private static String number(int country, int i) {
        return switch (country) {
            case 0 -> saudi(i);
            case 1 -> british(i);
            case 2 -> german(i);
            case 3 -> french(i);
            case 4 -> String.format(Locale.ROOT, "+97150%07d", 1_230_000 + i);
            default -> String.format(Locale.ROOT, "+88017%08d", 12_340_000 + i);
        };
    }
}
