package dev.otpkit.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.spring.OtpAutoConfiguration;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OtpHealthAutoConfigurationTest {
    private static final String PHONE = "+966501234567";

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withUserConfiguration(ObservedManager.class)
            .withConfiguration(AutoConfigurations.of(
                    OtpHealthAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    HealthContributorRegistryAutoConfiguration.class));

    @Test
    void theStoreIsUpWhileItAnswers() {
        contexts.run(context -> {
            HealthIndicator health = (HealthIndicator)
                    context.getBean(HealthContributorRegistry.class).getContributor("otp");
            FaultyStore store = context.getBean(FaultyStore.class);

            assertThat(health.health())
                    .isEqualTo(Health.up().withDetail("store", "FaultyStore").build());
            store.failWith(FaultyStore.Fault.UNAVAILABLE);
            assertThat(health.health())
                    .isEqualTo(Health.down()
                            .withDetail("store", "FaultyStore")
                            .withDetail("error", OtpStoreException.class.getName())
                            .build());
            store.recover();
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        });
    }

    @Test
    void theCheckReadsAndNamesNoHost() {
        OtpStoreHealthIndicator health = new OtpStoreHealthIndicator(new OtpStore() {
            @Override
            public StoredRecord get(String key) {
                assertThat(key).matches("[A-Za-z0-9_-]{1,64}");
                throw new IllegalStateException(
                        "redis.example:6379", new ConnectException("password obviously-fake at redis.example"));
            }

            @Override
            public StoredRecord compareAndExchange(
                    String key, StoredRecord expected, StoredRecord update, Duration ttl) {
                throw new AssertionError("must not write");
            }

            @Override
            public long increment(String counter, long delta, Duration ttl) {
                throw new AssertionError("must not count");
            }
        });

        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails())
                .containsEntry("error", "java.lang.IllegalStateException")
                .containsEntry("cause", "java.net.ConnectException")
                .hasSize(3);
    }

    @Test
    void aPropertyTurnsTheHealthOfTheStoreOff() {
        contexts.withPropertyValues("management.health.otp.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(OtpStoreHealthIndicator.class));
        contexts.withPropertyValues("management.health.defaults.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(OtpStoreHealthIndicator.class));
    }

    @Test
    void aStoreThatIsNoBeanHasNoHealth() {
        ApplicationContextRunner starter = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class, OtpHealthAutoConfiguration.class))
                .withBean(RecordingChannel.class, RecordingChannel::email);
        starter.run(context -> assertThat(context).hasSingleBean(OtpStoreHealthIndicator.class));
        starter.withBean(
                        OtpManager.class,
                        () -> OtpManager.builder()
                                .store(FaultyStore.create())
                                .channel(RecordingChannel.email())
                                .build())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpStoreHealthIndicator.class));
    }

    @Test
    void anIndicatorOfTheApplicationReplacesOurs() {
        contexts.withBean(
                        "otpHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.unknown().build())
                .run(context -> assertThat(context).doesNotHaveBean(OtpStoreHealthIndicator.class));
    }

    @Test
    void anApplicationWithoutTheHealthModuleStarts() {
        new ApplicationContextRunner()
                .withUserConfiguration(ObservedManager.class)
                .withConfiguration(AutoConfigurations.of(OtpHealthAutoConfiguration.class))
                .withPropertyValues("management.health.otp-channels.enabled=true")
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(OtpManager.class).send(PHONE).isSent())
                            .isTrue();
                });
    }

    @Test
    void channelsHaveHealthOnDemandAlone() {
        contexts.run(context -> assertThat(context).doesNotHaveBean(OtpChannelsHealthIndicator.class));
        contexts.withPropertyValues("management.health.otp-channels.enabled=true")
                .run(context -> {
                    HealthIndicator health = (HealthIndicator)
                            context.getBean(HealthContributorRegistry.class).getContributor("otpChannels");
                    assertThat(health.health()).isEqualTo(Health.unknown().build());

                    context.getBean(OtpManager.class).send(PHONE);

                    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                    assertThat(health.health().getDetails()).containsOnlyKeys("sms-one");
                });
    }

    @Test
    void channelsAreDownIfTheLastDeliveryOfEachFailed() {
        Channels channels = new Channels();
        channels.sms.failWith(Kind.MISCONFIGURED);
        channels.send();
        assertThat(channels.health())
                .isEqualTo(Health.down()
                        .withDetail(
                                "sms-one", Map.of("lastFailed", "2026-01-01T00:00:00Z", "lastFailure", "MISCONFIGURED"))
                        .build());

        channels.mailed();
        assertThat(channels.health().getStatus()).as("mail works").isEqualTo(Status.UP);
        assertThat(channels.health().getDetails())
                .containsEntry("mail", Map.of("lastAccepted", "2026-01-01T00:00:00Z"));

        channels.mail.failWith(Kind.UNCERTAIN);
        channels.mailed();
        assertThat(channels.health().getStatus()).isEqualTo(Status.DOWN);

        channels.sms.recover();
        channels.send();
        assertThat(channels.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aFailureThatIsDueToTheRecipientDoesNotCount() {
        Channels channels = new Channels();
        channels.send();
        for (Kind kind : new Kind[] {Kind.RECIPIENT_REJECTED, Kind.OPTED_OUT}) {
            channels.sms.failWith(kind);
            channels.send();

            assertThat(channels.health().getStatus()).isEqualTo(Status.UP);
            assertThat(channels.health().getDetails().toString()).doesNotContain("lastFailed");
        }
    }

    @Test
    void aFailureIsForgottenWithoutTraffic() {
        Channels channels = new Channels();
        channels.sms.failWith(Kind.UNAVAILABLE);
        channels.send();

        channels.clock.advance(OtpChannelsHealthIndicator.WINDOW);
        assertThat(channels.health().getStatus()).isEqualTo(Status.DOWN);
        channels.clock.advance(Duration.ofMillis(1));
        assertThat(channels.health().getStatus()).isEqualTo(Status.UNKNOWN);
        assertThat(channels.health().getDetails()).containsKey("sms-one");
    }

    @Test
    void decoysAndTestRecipientsDoNotCount() {
        Channels channels = new Channels();
        channels.otp.send(OtpRequest.to(PHONE).decoy());
        channels.otp.send("+966501112223");
        assertThat(channels.health()).isEqualTo(Health.unknown().build());

        channels.sms.failWith(Kind.UNAVAILABLE);
        channels.send();
        Health down = channels.health();
        channels.sms.recover();
        channels.clock.advance(Duration.ofSeconds(1));
        channels.otp.send(OtpRequest.to(PHONE).decoy());

        assertThat(channels.health()).isEqualTo(down);
    }

    /** A manager, and the health of its channels, on a clock that stands still. */
    private static final class Channels {
        final MutableClock clock = MutableClock.at(Instant.parse("2026-01-01T00:00:00Z"));
        final RecordingChannel sms = RecordingChannel.named("sms-one", "sms");
        final RecordingChannel mail = RecordingChannel.named("mail", "email");
        final OtpChannelsHealthIndicator indicator = new OtpChannelsHealthIndicator(clock);
        final OtpManager otp = OtpManager.builder()
                .secret(OtpSecret.of(new byte[32]))
                .store(FaultyStore.create())
                .clock(clock)
                .channel(sms)
                .channel(mail)
                .testRecipient(
                        "+966501112223", "default", "424242", clock.instant().plusSeconds(60))
                .listener(indicator::on)
                .build();
        private int sends;

        void send() {
            otp.send("+96650123400" + sends++);
        }

        void mailed() {
            otp.send("user" + sends++ + "@example.com");
        }

        Health health() {
            return indicator.health();
        }
    }
}
