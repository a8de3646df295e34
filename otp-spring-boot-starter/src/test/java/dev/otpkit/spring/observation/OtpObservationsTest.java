package dev.otpkit.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.RateLimit;
import dev.otpkit.SendResult;
import dev.otpkit.TrafficLimits;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtpObservationsTest {
    private static final String PHONE = "+966501234567";
    private static final String MAIL = "user@example.com";

    private final MutableClock clock = MutableClock.create();
    private final FaultyStore store = FaultyStore.create();
    private final RecordingChannel first = RecordingChannel.named("sms-one", "sms");
    private final RecordingChannel second = RecordingChannel.named("sms-two", "sms");
    private final RecordingChannel mail = RecordingChannel.named("mail", "email");
    private final TestObservationRegistry observations = TestObservationRegistry.create();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<String> ended = new ArrayList<>();
    private final List<String> parents = new ArrayList<>();
    private final List<String> started = new ArrayList<>();

    OtpObservationsTest() {
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        observations.observationConfig().observationHandler(new Recording());
    }

    @AfterEach
    void noScopeIsLeftOpen() {
        assertThat(observations.getCurrentObservation()).isNull();
        assertThat(started).hasSameSizeAs(ended);
        TestObservationRegistryAssert.assertThat(observations)
                .doesNotHaveAnyRemainingCurrentObservation()
                .doesNotHaveAnyRemainingCurrentScope();
    }

    @Test
    void aSendAndAVerification() {
        OtpManager otp = manager().build();

        otp.send(OtpRequest.to(PHONE).purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, first.wrongCode()).purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, first.lastCode()).purpose("login"));
        otp.send(MAIL);

        assertThat(ended)
                .containsExactly(
                        "otpkit.deliver SA sms-one sms sent login",
                        "otpkit.send SA sms-one sms sent login",
                        "otpkit.verify SA none none wrong_code login",
                        "otpkit.verify SA none none verified login",
                        "otpkit.deliver none mail email sent default",
                        "otpkit.send none mail email sent default");
        assertThat(started)
                .containsExactly(
                        "otpkit.send none none none none login",
                        "otpkit.deliver SA sms-one sms none login",
                        "otpkit.verify none none none none login",
                        "otpkit.verify none none none none login",
                        "otpkit.send none none none none default",
                        "otpkit.deliver none mail email none default");
    }

    @Test
    void aDeliveryIsAChildOfItsSendAndASendOfTheRequestAroundIt() {
        OtpManager otp = manager().build();
        first.failWith(Kind.UNAVAILABLE);

        Observation.createNotStarted("http", observations).observe(() -> otp.send(PHONE));

        assertThat(parents)
                .containsExactly(
                        "otpkit.send in http", "otpkit.deliver in otpkit.send", "otpkit.deliver in otpkit.send");
        assertThat(ended)
                .containsExactly(
                        "otpkit.deliver SA sms-one sms unavailable default",
                        "otpkit.deliver SA sms-two sms sent default",
                        "otpkit.send SA sms-two sms sent default");
    }

    @Test
    void theCodeOfAChannelRunsInTheScopeOfItsDelivery() {
        List<String> current = new ArrayList<>();
        OtpManager otp = manager()
                .messages(context -> {
                    current.add(currentName());
                    throw new IllegalStateException("renderer " + context.code());
                })
                .listener(event -> current.add(currentName()))
                .build();

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(IllegalStateException.class);
        otp.verify(PHONE, "1");

        assertThat(current).containsExactly("otpkit.send", "otpkit.verify");
        assertThat(ended)
                .containsExactly(
                        "otpkit.send none none none error default java.lang.IllegalStateException",
                        "otpkit.verify SA none none malformed_code default");
    }

    @Test
    void eachKindOfAFailureIsAnOutcomeOfADelivery() {
        OtpManager otp = manager().build();
        Set<String> outcomes = EnumSet.allOf(Kind.class).stream()
                .map(kind ->
                        kind == Kind.UNCERTAIN ? "unconfirmed" : kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        int number = 0;
        for (Kind kind : Kind.values()) {
            first.failWith(kind);
            second.failWith(kind);
            otp.send("+96650123450" + number++);
        }

        assertThat(ended)
                .filteredOn(line -> line.startsWith("otpkit.deliver"))
                .extracting(line -> line.split(" ", -1)[4])
                .hasSameElementsAs(outcomes);
        assertThat(ended)
                .filteredOn(line -> line.startsWith("otpkit.send"))
                .containsOnly(
                        "otpkit.send SA none none undelivered default",
                        "otpkit.send SA sms-one sms unconfirmed default");
    }

    @Test
    void eachRefusalIsAnOutcome() {
        EnumSet<SendResult.Refused.Reason> seen = EnumSet.noneOf(SendResult.Refused.Reason.class);
        RateLimit once = RateLimit.of(1, Duration.ofHours(1));
        OtpManager otp = manager()
                .policy(OtpPolicy.builder().failureLimit(once).build())
                .clientSendLimit(once)
                .trafficLimits(TrafficLimits.builder().country("AE", once).build())
                .recipientFilter(recipient -> !recipient.address().startsWith("+1"))
                .sendGuard(send ->
                        send.purpose().equals("proof") ? SendGuard.Decision.PROOF_REQUIRED : SendGuard.Decision.ALLOW)
                .build();
        collect(seen, otp.send("nobody"));
        collect(seen, otp.send("+14155550100"));
        collect(seen, otp.send(OtpRequest.to(PHONE).purpose("proof")));
        collect(seen, otp.send(OtpRequest.to(PHONE).via("email")));
        otp.send(OtpRequest.to(PHONE).clientAddress("203.0.113.9"));
        collect(seen, otp.send(PHONE));
        collect(seen, otp.send(OtpRequest.to("+966501234568").clientAddress("203.0.113.9")));
        otp.verify(PHONE, first.wrongCode());
        clock.advance(Duration.ofMinutes(1));
        collect(seen, otp.send(PHONE));
        first.failWith(Kind.OPTED_OUT);
        otp.send("+966501234569");
        clock.advance(Duration.ofMinutes(1));
        collect(seen, otp.send("+966501234569"));
        first.recover();
        otp.send("+971501234567");
        collect(seen, otp.send("+971501234568"));

        assertThat(seen).containsExactlyInAnyOrder(SendResult.Refused.Reason.values());
        assertThat(ended)
                .contains(
                        "otpkit.send none none none invalid_recipient default",
                        "otpkit.send US none none not_allowed default",
                        "otpkit.send SA none none proof_required proof",
                        "otpkit.send SA none none no_channel default",
                        "otpkit.send SA none none resend_too_soon default",
                        "otpkit.send SA none none rate_limited default",
                        "otpkit.send SA none none locked default",
                        "otpkit.send SA none none opted_out default",
                        "otpkit.send AE none none traffic_limited default");
    }

    private static void collect(Set<SendResult.Refused.Reason> seen, SendResult result) {
        seen.add(((SendResult.Refused) result).reason());
    }

    @Test
    void eachRejectionIsAnOutcome() {
        for (VerifyResult.Rejected.Reason reason : VerifyResult.Rejected.Reason.values()) {
            OtpManager otp = manager()
                    .verifier(checks ->
                            request -> new VerifyResult.Rejected(reason, OptionalInt.empty(), Optional.empty()))
                    .build();
            otp.verify(PHONE, "123456");

            assertThat(ended)
                    .last()
                    .isEqualTo("otpkit.verify SA none none " + reason.name().toLowerCase(Locale.ROOT) + " default");
        }
    }

    @Test
    void aStoreThatCannotAnswerIsAnError() {
        OtpManager otp = manager().build();
        store.failWith(FaultyStore.Fault.UNAVAILABLE);

        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> otp.verify(MAIL, "123456")).isInstanceOf(OtpStoreException.class);

        assertThat(ended).hasSize(2);
        assertThat(ended.get(0)).startsWith("otpkit.send SA none none error default ");
        assertThat(ended.get(1)).startsWith("otpkit.verify none none none error default ");
        assertThat(meters.scrape()).contains("otpkit_send_seconds_count{error=\"OtpStoreException\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onStart", "onScopeOpened", "onScopeClosed", "onError"})
    void anExceptionOfAHandlerLeavesNothingOpen(String method) {
        observations.observationConfig().observationHandler(new Throwing(method));
        OtpManager otp = manager().build();

        assertThat(otp.send(PHONE).isSent()).isTrue();
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);

        assertThat(observations.getCurrentObservationScope()).isNull();
        assertThat(started).hasSize(3);
        assertThat(ended).hasSize(3);
        assertThat(meters.get("otpkit.send.active").longTaskTimers())
                .allSatisfy(timer -> assertThat(timer.activeTasks()).isZero());
    }

    @Test
    void aDecoyLooksLikeARealSend() {
        OtpManager otp = manager().build();
        otp.send(PHONE);
        List<String> real = List.copyOf(ended);
        ended.clear();

        otp.send(OtpRequest.to("+966507654321").decoy());

        assertThat(ended).isEqualTo(real);
        assertThat(meters.scrape().toLowerCase(Locale.ROOT)).doesNotContain("decoy");
        started.subList(0, 2).clear();
    }

    @Test
    void aTestRecipientHasNoMedium() {
        OtpManager otp = manager()
                .testRecipient(PHONE, "default", "424242", clock.instant().plusSeconds(60))
                .build();

        otp.send(PHONE);

        assertThat(ended).containsExactly("otpkit.send SA test none sent default");
    }

    @Test
    void theKeysOfATimerNeverChangeAndHoldNothingPersonal() {
        OtpManager otp = manager().build();
        String id = ((SendResult.Sent) otp.send(
                        OtpRequest.to(PHONE).clientAddress("203.0.113.9").boundTo("session-cookie")))
                .challengeId();
        String code = first.lastCode();
        otp.verify(VerifyRequest.ofChallenge(id, code).boundTo("session-cookie"));
        otp.send("nobody@");
        otp.send(MAIL);
        first.failWith(Kind.UNCERTAIN);
        otp.send("+971501234567");
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);

        String scraped = meters.scrape();

        for (String name : List.of("otpkit_send", "otpkit_deliver", "otpkit_verify")) {
            assertThat(scraped.lines()
                            .filter(line -> line.startsWith(name + "_seconds_count{"))
                            .map(OtpObservationsTest::keys)
                            .distinct())
                    .as(name)
                    .containsExactly("error,otpkit_channel,otpkit_country,otpkit_medium,otpkit_outcome,otpkit_purpose");
        }
        assertThat(scraped)
                .doesNotContain("501234567", "user@example", "nobody", "203.0.113.9", "session-cookie", id)
                .doesNotContainPattern("[=\"]" + code + "[\"]");
    }

    private static String keys(String line) {
        String inBraces = line.substring(line.indexOf('{') + 1, line.indexOf('}'));
        return Arrays.stream(inBraces.split(",", -1))
                .map(pair -> pair.split("=", -1)[0])
                .sorted()
                .collect(Collectors.joining(","));
    }

    @Test
    void purposesBeyondThe32ndShareAName() {
        OtpManager otp =
                manager(PurposeNames.andTheFirstOthers(Set.of("login"))).build();

        for (int i = 1; i <= 40; i++) {
            otp.verify(VerifyRequest.of(PHONE, "1").purpose("purpose-" + i));
        }
        otp.verify(VerifyRequest.of(PHONE, "1").purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, "1").purpose("purpose-32"));

        assertThat(ended.get(31)).endsWith(" purpose-32");
        assertThat(ended.get(32)).endsWith(" other");
        assertThat(ended.get(40)).endsWith(" login");
        assertThat(ended.get(41)).endsWith(" purpose-32");
        assertThat(Set.copyOf(ended)).hasSize(34);
    }

    @Test
    void ofConfiguredPurposesAllOthersShareAName() {
        OtpManager otp = manager(PurposeNames.only(Set.of("login"))).build();

        otp.verify(VerifyRequest.of(PHONE, "1").purpose("login"));
        otp.verify(VerifyRequest.of(PHONE, "1").purpose("+966501234567"));

        assertThat(ended).extracting(line -> line.split(" ", -1)[5]).containsExactly("login", "other");
    }

    private OtpManager.Builder manager() {
        return manager(PurposeNames.andTheFirstOthers(Set.of()));
    }

    private OtpManager.Builder manager(PurposeNames purposes) {
        return OtpManager.builder()
                .secret(OtpSecret.of(new byte[32]))
                .store(store)
                .clock(clock)
                .channel(first)
                .channel(second)
                .channel(mail)
                .observer(new MicrometerObserver(observations, purposes));
    }

    private String currentName() {
        Observation current = observations.getCurrentObservation();
        return current == null ? "none" : current.getContext().getName();
    }

    /** Throws in one of its methods. */
    private record Throwing(String method) implements ObservationHandler<OtpObservationContext> {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof OtpObservationContext;
        }

        @Override
        public void onStart(OtpObservationContext context) {
            failIn("onStart");
        }

        @Override
        public void onScopeOpened(OtpObservationContext context) {
            failIn("onScopeOpened");
        }

        @Override
        public void onScopeClosed(OtpObservationContext context) {
            failIn("onScopeClosed");
        }

        @Override
        public void onError(OtpObservationContext context) {
            failIn("onError");
        }

        private void failIn(String called) {
            if (called.equals(method)) {
                throw new IllegalStateException(called);
            }
        }
    }

    /** Keeps a line for each start and end: the name, the values in the order of their keys, and the error's text. */
    private final class Recording implements ObservationHandler<OtpObservationContext> {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof OtpObservationContext;
        }

        @Override
        public void onStart(OtpObservationContext context) {
            started.add(line(context));
            if (context.getParentObservation() != null) {
                parents.add(context.getName() + " in "
                        + context.getParentObservation().getContextView().getName());
            }
        }

        @Override
        public void onStop(OtpObservationContext context) {
            assertThat(context.getHighCardinalityKeyValues()).isEmpty();
            ended.add(line(context)
                    + (context.getError() == null
                            ? ""
                            : " " + context.getError().getMessage()));
        }

        private static String line(OtpObservationContext context) {
            TreeMap<String, String> values = new TreeMap<>();
            for (KeyValue each : context.getLowCardinalityKeyValues()) {
                values.put(each.getKey(), each.getValue());
            }
            assertThat(values.keySet())
                    .containsExactly(
                            "otpkit.channel", "otpkit.country", "otpkit.medium", "otpkit.outcome", "otpkit.purpose");
            List<String> line = new ArrayList<>(List.of(context.getName()));
            Collections.addAll(
                    line,
                    values.get("otpkit.country"),
                    values.get("otpkit.channel"),
                    values.get("otpkit.medium"),
                    values.get("otpkit.outcome"),
                    values.get("otpkit.purpose"));
            return String.join(" ", line);
        }
    }
}
