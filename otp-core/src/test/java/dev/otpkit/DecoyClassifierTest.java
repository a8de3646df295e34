package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.DecoyClassifier.Observation;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real sends and decoys side by side, and an attacker who tries to tell them apart by the type, the time and every
 * accessor of their results, and by all later answers.
 *
 * <p>The attacker learns from one half and is tested on the other. One who only guesses is right in more than half the
 * cases by chance: the bound is that of 99.9 %. What is random in the manager has no seed here, so a test fails only if
 * three runs exceed the bound one after the other: by chance alone, in one of a billion cases for each classifier.
 */
@Timeout(120)
class DecoyClassifierTest {
    private static final int RUNS = 3;
    private static final long SEED = 20261122;

    /** The first deliveries of a manager, after which decoys have a sample to draw from. */
    private static final int FIRST = 64;

    @Test
    void tells10000RealSendsAndDecoysApartNoBetterThanChanceAtABoundOf999PerMille() {
        assertNoBetterThanChance(10_000, (count, run) -> virtual(count, run, false));
    }

    /** Deliveries of some milliseconds in real time, one after the other. */
    @Test
    void tells300RealSendsAndDecoysInRealTimeApartNoBetterThanChanceAtABoundOf999PerMille() {
        assertNoBetterThanChance(300, (count, run) -> {
            DeliveryPace pace = DeliveryPace.real();
            return observations(count, new Scene(pace, pace, run, 12, 20));
        });
    }

    /** The time of a wrong guess, in which nothing waits. */
    @Test
    void tells10000VerificationsOfRealCodesAndDecoysApartNoBetterThanChanceAtABoundOf999PerMille() {
        assertNoBetterThanChance(10_000, this::verifications);
    }

    @Test
    void recognizesDecoysThatDoNotWait() {
        assertThat(new DecoyClassifier(virtual(1_000, 0, true)).accuracies().get("a threshold of the time"))
                .isGreaterThan(0.9);
    }

    @Test
    void recognizesDecoysWithoutAMessageId() {
        List<Observation> observations = DecoyClassifier.changed(virtual(1_000, 0, false), decoy -> {
            List<Object> results = new ArrayList<>(decoy.results());
            results.replaceAll(result -> result instanceof SendResult.Sent sent ? withId(sent, null) : result);
            return new Observation(true, decoy.time(), decoy.now(), results);
        });

        assertThat(classifiersOfFeatures(observations))
                .allSatisfy(accuracy -> assertThat(accuracy).isGreaterThan(0.9));
    }

    @Test
    void recognizesDecoysWhoseMessageIdHasAnotherForm() {
        Random random = new Random(SEED);
        List<Observation> observations = DecoyClassifier.changed(virtual(1_000, 0, false), decoy -> {
            List<Object> results = new ArrayList<>(decoy.results());
            results.replaceAll(result -> result instanceof SendResult.Sent sent
                    ? withId(sent, new UUID(random.nextLong(), random.nextLong()).toString())
                    : result);
            return new Observation(true, decoy.time(), decoy.now(), results);
        });

        assertThat(classifiersOfFeatures(observations))
                .allSatisfy(accuracy -> assertThat(accuracy).isGreaterThan(0.9));
    }

    @Test
    void looksAtEveryAccessor() {
        assertThat(new DecoyClassifier(virtual(200, 0, false)).features())
                .contains(
                        "result 0",
                        "result 0.isSent text",
                        "result 0.challengeId length",
                        "result 0.recipient length",
                        "result 0.channel text",
                        "result 0.expiresAt",
                        "result 0.resendAfter",
                        "result 0.confirmed text",
                        "result 0.providerMessageId is present",
                        "result 0.providerMessageId from the start 0",
                        "result 0.developmentCode is present",
                        "result 0.developmentMessage is present",
                        "result 0.toString length",
                        "result 0.failures size",
                        "result 0.failures 0.kind text",
                        "result 0.failures 0.providerCode text",
                        "result 1.reason text",
                        "result 1.retryAfter",
                        "result 2.attemptsLeft text");
    }

    private static SendResult.Sent withId(SendResult.Sent sent, String id) {
        return new SendResult.Sent(
                sent::challengeId,
                sent.recipient(),
                sent.channel(),
                sent.expiresAt(),
                sent.resendAfter(),
                sent.confirmed(),
                id,
                null);
    }

    private static List<Double> classifiersOfFeatures(List<Observation> observations) {
        Map<String, Double> accuracies = new TreeMap<>(new DecoyClassifier(observations).accuracies());
        accuracies.remove("a threshold of the time");
        return List.copyOf(accuracies.values());
    }

    private interface Experiment {
        List<Observation> observe(int count, int run);
    }

    private static void assertNoBetterThanChance(int count, Experiment experiment) {
        Map<String, Double> least = new TreeMap<>();
        for (int run = 0; run < RUNS; run++) {
            new DecoyClassifier(experiment.observe(count, run))
                    .accuracies()
                    .forEach((name, accuracy) -> least.merge(name.replaceAll(" \\d+ ", " "), accuracy, Math::min));
            if (least.values().stream().allMatch(accuracy -> accuracy < DecoyClassifier.boundOfChance(count))) {
                return;
            }
        }
        assertThat(least)
                .as("the least accuracy in %d runs", RUNS)
                .allSatisfy((name, accuracy) ->
                        assertThat(accuracy).as(name).isLessThan(DecoyClassifier.boundOfChance(count)));
    }

    private static List<Observation> virtual(int count, int run, boolean impatient) {
        VirtualPace time = new VirtualPace();
        DeliveryPace ofDecoys = new DeliveryPace() {
            @Override
            public Duration now() {
                return time.now();
            }

            @Override
            public void sleep(Duration duration) {
                if (!impatient) {
                    time.sleep(duration);
                }
            }
        };
        return observations(count, new Scene(time, ofDecoys, run, 3, 5));
    }

    /** A manager with two channels, the second of which is tried if the first fails. */
    private static final class Scene {
        final ManagerFixture fixture = new ManagerFixture();
        final Random random;
        final DeliveryPace time;
        final OtpManager otp;

        /** Creates a scene in which providers take time by one pace, and decoys wait by another. */
        Scene(DeliveryPace time, DeliveryPace ofDecoys, int run, double usualOfOne, double usualOfTwo) {
            this.random = new Random(SEED + run);
            this.time = time;
            this.otp = OtpManager.builder()
                    .secret(OtpSecret.random())
                    .store(fixture.store)
                    .clock(fixture.clock)
                    .channel(new Provider("one", usualOfOne), new RecentDeliveries(ofDecoys, random))
                    .channel(new Provider("two", usualOfTwo), new RecentDeliveries(ofDecoys, random))
                    .build();
            for (int i = 0; i < FIRST; i++) {
                otp.send("first-" + i + "@example.com");
            }
        }

        /** A provider with a usual time in milliseconds, which varies as that of real ones does, and with failures. */
        private final class Provider implements DeliveryChannel {
            private final String name;
            private final double usual;

            Provider(String name, double usual) {
                this.name = name;
                this.usual = usual;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public String medium() {
                return "email";
            }

            @Override
            public boolean supports(Recipient recipient) {
                return true;
            }

            @Override
            public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                double fate = random.nextDouble();
                try {
                    time.sleep(millis(
                            (fate < 0.1 ? 0.2 : fate < 0.13 ? 5 : 1) * usual * Math.exp(0.4 * random.nextGaussian())));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                if (fate < 0.05) {
                    throw failure(Kind.UNAVAILABLE, "503", "service unavailable");
                }
                if (fate < 0.1) {
                    throw failure(Kind.THROTTLED, "429", "too many requests");
                }
                if (fate < 0.13) {
                    throw failure(Kind.UNCERTAIN, null, "timed out");
                }
                return DeliveryReceipt.of(
                        name.equals("one")
                                ? "SM"
                                        + new UUID(random.nextLong(), random.nextLong())
                                                .toString()
                                                .replace("-", "")
                                : "<" + (1_000_000_000L + random.nextInt(1_000_000_000)) + "@mail.example>");
            }

            private DeliveryException failure(Kind kind, String code, String detail) {
                return new DeliveryException(DeliveryFailure.of(name, kind, code, detail));
            }
        }

        private static Duration millis(double millis) {
            return Duration.ofNanos((long) (1_000_000 * millis));
        }

        String address() {
            return (char) ('a' + random.nextInt(26)) + Long.toString(random.nextLong() >>> 1, 36) + "@example.com";
        }
    }

    /** Returns requests in random order, each with a resend that comes too soon, a wrong guess, and a cancellation. */
    private static List<Observation> observations(int count, Scene scene) {
        List<Observation> observations = new ArrayList<>(count);
        for (boolean decoy : shuffled(count, scene.random)) {
            OtpRequest request = OtpRequest.to(scene.address());
            if (decoy) {
                request = request.decoy();
            }
            Duration start = scene.time.now();
            SendResult sent = scene.otp.send(request);
            Duration took = scene.time.now().minus(start);
            List<Object> results = new ArrayList<>(List.of(sent));
            if (sent instanceof SendResult.Sent) {
                Recipient recipient = request.resolve(null).orElseThrow();
                results.add(scene.otp.send(request));
                results.add(scene.otp.verify(VerifyRequest.of(recipient, "000000")));
                scene.otp.cancel(recipient, OtpManager.DEFAULT_PURPOSE);
                results.add(scene.otp.verify(VerifyRequest.of(recipient, "000000")));
            }
            observations.add(new Observation(decoy, took, scene.fixture.clock.instant(), results));
        }
        return observations;
    }

    /**
     * Returns wrong guesses, after all sends: the time of a guess that directly follows a send depends on what the
     * processor has just done, which another request of a browser does not see.
     */
    private List<Observation> verifications(int count, int run) {
        Scene scene = new Scene(new VirtualPace(), new VirtualPace(), run, 3, 5);
        DeliveryPace real = DeliveryPace.real();
        List<Guess> guesses = new ArrayList<>(count);
        for (boolean decoy : shuffled(count, scene.random)) {
            OtpRequest request = OtpRequest.to(scene.address());
            if (scene.otp.send(decoy ? request.decoy() : request) instanceof SendResult.Sent sent) {
                guesses.add(new Guess(decoy, sent.recipient(), sent.challengeId()));
            }
        }
        Collections.shuffle(guesses, scene.random);
        List<Observation> observations = new ArrayList<>(count);
        for (Guess guess : guesses) {
            Duration start = real.now();
            VerifyResult byAddress = scene.otp.verify(VerifyRequest.of(guess.recipient(), "000000"));
            Duration took = real.now().minus(start);
            VerifyResult byChallenge = scene.otp.verify(VerifyRequest.ofChallenge(guess.challengeId(), "000000"));
            observations.add(new Observation(
                    guess.decoy(), took, scene.fixture.clock.instant(), List.of(byAddress, byChallenge)));
        }
        return observations;
    }

    private record Guess(boolean decoy, Recipient recipient, String challengeId) {}

    private static List<Boolean> shuffled(int count, Random random) {
        List<Boolean> decoys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            decoys.add(i % 2 == 0);
        }
        Collections.shuffle(decoys, random);
        return decoys;
    }
}
