package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpGenerator;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The beans of an application come before those of the starter. */
class OtpAutoConfigurationTest {
    private static final String ADDRESS = "user@example.com";
    private static final Instant MOMENT = Instant.parse("2026-01-02T03:04:05Z");

    private final RecordingChannel email = RecordingChannel.email();
    private final ApplicationContextRunner empty =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));
    private final ApplicationContextRunner contexts = empty.withBean("email", RecordingChannel.class, () -> email);

    private static SendResult.Sent sent(SendResult result) {
        assertThat(result).isInstanceOf(SendResult.Sent.class);
        return (SendResult.Sent) result;
    }

    @Test
    void sendsAndVerifiesOverTheChannelsOfTheApplication() {
        contexts.run(context -> {
            assertThat(context).hasSingleBean(CaffeineOtpStore.class);
            OtpManager otp = context.getBean(OtpManager.class);
            assertThat(sent(otp.send(ADDRESS)).channel()).isEqualTo(email.name());
            assertThat(otp.verify(ADDRESS, email.lastCode()).isVerified()).isTrue();
        });
    }

    @Test
    void leavesTheManagerToTheApplication() {
        OtpManager own = OtpManager.builder()
                .store(CaffeineOtpStore.create())
                .channel(email)
                .build();
        empty.withBean(OtpManager.class, () -> own)
                .run(context -> assertThat(context.getBean(OtpManager.class)).isSameAs(own));
    }

    /** That manager has a store already, which need not be a bean. */
    @Test
    void makesNoStoreBesideAManagerOfTheApplicationUnlessItIsNamed() {
        ApplicationContextRunner own = empty.withBean(
                OtpManager.class,
                () -> OtpManager.builder()
                        .store(FaultyStore.create())
                        .channel(email)
                        .build());
        own.run(context -> assertThat(context).doesNotHaveBean(OtpStore.class));
        own.withPropertyValues("otpkit.store=caffeine")
                .run(context -> assertThat(context).hasSingleBean(CaffeineOtpStore.class));
    }

    @Test
    void leavesTheStoreToTheApplication() {
        FaultyStore own = FaultyStore.create();
        contexts.withBean(OtpStore.class, () -> own).run(context -> {
            assertThat(context).hasSingleBean(OtpStore.class);
            context.getBean(OtpManager.class).send(ADDRESS);
            assertThat(own.calls()).isPositive();
        });
    }

    @Test
    void refusesTwoStores() {
        contexts.withBean("one", OtpStore.class, CaffeineOtpStore::create)
                .withBean("two", OtpStore.class, CaffeineOtpStore::create)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class)
                        .hasMessageContaining("one,two"));
    }

    @Test
    void refusesTwoGuards() {
        contexts.withBean("one", SendGuard.class, () -> context -> SendGuard.Decision.ALLOW)
                .withBean("two", SendGuard.class, () -> context -> SendGuard.Decision.REFUSE)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class));
    }

    @Test
    void triesTheChannelsInTheirOrder() {
        empty.withUserConfiguration(Channels.class)
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send("+966501234567"))
                                        .channel())
                        .isEqualTo("first"));
        empty.withUserConfiguration(Channels.class)
                .withPropertyValues("otpkit.channels=second")
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send("+966501234567"))
                                        .channel())
                        .isEqualTo("second"));
    }

    @Test
    void callsTheListenersInTheirOrder() {
        contexts.withUserConfiguration(Listeners.class).run(context -> {
            context.getBean(OtpManager.class).send(ADDRESS);
            assertThat(context.getBean(Listeners.class).calls).containsExactly("first Sent", "second Sent");
        });
    }

    @Test
    void callsTheObserversInTheirOrder() {
        List<String> calls = new ArrayList<>();
        OtpObserver first = operation -> {
            calls.add("first");
            return null;
        };
        OtpObserver second = operation -> {
            calls.add("second");
            return null;
        };
        contexts.withBean("b", OtpObserver.class, () -> first)
                .withBean("a", OtpObserver.class, () -> second)
                .run(context -> {
                    context.getBean(OtpManager.class).verify(ADDRESS, "000000");
                    assertThat(calls).containsExactly("first", "second");
                });
    }

    @Test
    void takesTheGeneratorOfTheApplication() {
        OtpGenerator words = (policy, random) -> "1".repeat(policy.length() - 1) + random.nextInt(10);
        contexts.withBean(OtpGenerator.class, () -> words).run(context -> {
            context.getBean(OtpManager.class).send(ADDRESS);
            assertThat(email.lastCode()).startsWith("11111");
        });
    }

    @Test
    void takesTheRendererOfTheApplicationBeforeTheProperties() {
        MessageRenderer terse = context -> context.message("subject", "terse " + context.code());
        contexts.withBean(MessageRenderer.class, () -> terse)
                .withPropertyValues("otpkit.messages.origin=acme.example")
                .run(context -> {
                    context.getBean(OtpManager.class).send(ADDRESS);
                    assertThat(email.last().text()).startsWith("terse ");
                });
    }

    @Test
    void takesTheGuardOfTheApplication() {
        contexts.withBean(SendGuard.class, () -> context -> SendGuard.Decision.PROOF_REQUIRED)
                .run(context -> assertThat(context.getBean(OtpManager.class).send(ADDRESS))
                        .isInstanceOfSatisfying(
                                SendResult.Refused.class,
                                refused -> assertThat(refused.reason())
                                        .isEqualTo(SendResult.Refused.Reason.PROOF_REQUIRED)));
    }

    @Test
    void takesTheClockOfTheApplication() {
        contexts.withBean(Clock.class, () -> Clock.fixed(MOMENT, ZoneOffset.UTC))
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send(ADDRESS))
                                        .expiresAt())
                        .isEqualTo(MOMENT.plus(OtpPolicy.defaults().expiry())));
        contexts.withBean(InstantSource.class, () -> MutableClock.at(MOMENT))
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send(ADDRESS))
                                        .expiresAt())
                        .isEqualTo(MOMENT.plus(OtpPolicy.defaults().expiry())));
    }

    @Test
    void takesTheTimeOfTheSystemAmongSeveralClocks() {
        contexts.withBean("one", Clock.class, () -> Clock.fixed(MOMENT, ZoneOffset.UTC))
                .withBean("two", Clock.class, Clock::systemUTC)
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send(ADDRESS))
                                        .expiresAt())
                        .isAfter(MOMENT.plus(Duration.ofDays(1))));
    }

    @Test
    void callsTheCustomizersLastAndInTheirOrder() {
        contexts.withUserConfiguration(Customizers.class)
                .withPropertyValues("otpkit.policy.length=5")
                .run(context -> {
                    OtpManager otp = context.getBean(OtpManager.class);
                    otp.send(ADDRESS);
                    assertThat(email.lastCode()).hasSize(8);
                    otp.send(OtpRequest.to("other@example.com").purpose("login"));
                    assertThat(email.lastCode()).hasSize(9);
                });
    }

    @Test
    void aCustomizerMayAddTheOnlyChannel() {
        empty.withBean(OtpManagerBuilderCustomizer.class, () -> builder -> builder.channel(email))
                .run(context -> assertThat(
                                sent(context.getBean(OtpManager.class).send(ADDRESS))
                                        .channel())
                        .isEqualTo(email.name()));
    }

    @Test
    void takesAStoreOfTheApplicationWithoutCaffeine() {
        contexts.withClassLoader(new FilteredClassLoader(CaffeineOtpStore.class))
                .withBean(OtpStore.class, FaultyStore::create)
                .run(context -> assertThat(context).hasSingleBean(OtpManager.class));
    }

    @Test
    void makesNoStoreInMemoryWhereAnotherIsWanted() {
        contexts.withPropertyValues("otpkit.store=redis")
                .withBean(OtpStore.class, FaultyStore::create)
                .run(context -> assertThat(context).doesNotHaveBean(CaffeineOtpStore.class));
    }

    /** Channels that are defined in the reverse of their order. */
    @Configuration(proxyBeanMethods = false)
    static class Channels {
        @Bean
        @Order(2)
        DeliveryChannel second() {
            return RecordingChannel.named("second", "sms");
        }

        @Bean
        @Order(1)
        DeliveryChannel first() {
            return RecordingChannel.named("first", "sms");
        }
    }

    /** Listeners that are defined in the reverse of their order. */
    @Configuration(proxyBeanMethods = false)
    static class Listeners {
        final List<String> calls = new ArrayList<>();

        @Bean
        @Order(2)
        OtpListener second() {
            return event -> calls.add("second " + name(event));
        }

        @Bean
        @Order(1)
        OtpListener first() {
            return event -> calls.add("first " + name(event));
        }

        private static String name(OtpEvent event) {
            return event.getClass().getSimpleName();
        }
    }

    /** Customizers that are defined in the reverse of their order. */
    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        @Bean
        @Order(2)
        OtpManagerBuilderCustomizer second() {
            return builder -> builder.policy(OtpPolicy.builder().length(8).build());
        }

        @Bean
        @Order(1)
        OtpManagerBuilderCustomizer first() {
            return builder -> builder.policy(OtpPolicy.builder().length(7).build())
                    .policy("login", OtpPolicy.builder().length(9).build());
        }
    }
}
