package dev.otpkit.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spring.OtpManagerBuilderCustomizer;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class OtpObservationAutoConfigurationTest {
    private static final String PHONE = "+966501234567";

    private final ApplicationContextRunner alone = new ApplicationContextRunner()
            .withUserConfiguration(ObservedManager.class)
            .withConfiguration(AutoConfigurations.of(OtpObservationAutoConfiguration.class));

    private final ApplicationContextRunner contexts = alone.withConfiguration(AutoConfigurations.of(
            ObservationAutoConfiguration.class,
            MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class,
            SimpleMetricsExportAutoConfiguration.class));

    @Test
    void timersOfSendsDeliveriesAndVerificationsAppear() {
        contexts.run(context -> {
            OtpManager otp = context.getBean(OtpManager.class);
            otp.send(OtpRequest.to(PHONE).purpose("login"));
            otp.send(OtpRequest.to(PHONE).purpose("login"));
            otp.verify(VerifyRequest.of(
                            PHONE,
                            context.getBean("sms", RecordingChannel.class).lastCode())
                    .purpose("login"));

            assertThat(meters(context.getBean(MeterRegistry.class)))
                    .containsExactly(
                            "otpkit.deliver error=none channel=sms-one country=SA medium=sms outcome=sent"
                                    + " purpose=login",
                            "otpkit.send error=none channel=none country=SA medium=none outcome=resend_too_soon"
                                    + " purpose=login",
                            "otpkit.send error=none channel=sms-one country=SA medium=sms outcome=sent purpose=login",
                            "otpkit.verify error=none channel=none country=SA medium=none outcome=verified"
                                    + " purpose=login");
        });
    }

    @Test
    void countsReportsFailuresOfTheStoreAndTrafficThatIsLimited() {
        contexts.run(context -> {
            OtpManager otp = context.getBean(OtpManager.class);
            String id = ((SendResult.Sent) otp.send(PHONE)).challengeId();
            otp.report(DeliveryReport.delivered("sms-one", "SM1").forChallenge(id));
            otp.report(DeliveryReport.failed(
                    DeliveryReport.Status.UNDELIVERED,
                    "SM2",
                    DeliveryFailure.of("sms-one", DeliveryFailure.Kind.RECIPIENT_REJECTED, "30003", "unreachable")));
            otp.send("+971501234567");
            otp.send("+971501234568");
            context.getBean(FaultyStore.class).failWith(FaultyStore.Fault.UNAVAILABLE);
            assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);
            assertThatThrownBy(() -> otp.unlock(PHONE)).isInstanceOf(OtpStoreException.class);

            assertThat(counters(context.getBean(MeterRegistry.class)))
                    .containsExactly(
                            "otpkit.delivery.reports channel=sms-one country=SA failure=none purpose=default"
                                    + " status=delivered",
                            "otpkit.delivery.reports channel=sms-one country=none failure=recipient_rejected"
                                    + " purpose=none status=undelivered",
                            "otpkit.store.failures operation=send thrown=true",
                            "otpkit.store.failures operation=unlock thrown=true",
                            "otpkit.traffic.limited budget=country country=AE enforced=true purpose=default");
        });
    }

    @Test
    void theScrapeOfPrometheusShowsNothingPersonal() {
        alone.withConfiguration(AutoConfigurations.of(
                        ObservationAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        PrometheusMetricsExportAutoConfiguration.class))
                .run(context -> {
                    OtpManager otp = context.getBean(OtpManager.class);
                    String id = ((SendResult.Sent) otp.send(PHONE)).challengeId();
                    otp.verify(VerifyRequest.ofChallenge(id, "000000"));
                    otp.send("user@example.com");
                    otp.send("+971501234567");
                    otp.send("+971501234568");
                    otp.report(DeliveryReport.delivered("sms-one", "SM0123456789abcdef")
                            .forChallenge(id));
                    context.getBean(FaultyStore.class).failWith(FaultyStore.Fault.UNAVAILABLE);
                    assertThatThrownBy(() -> otp.send(PHONE)).isInstanceOf(OtpStoreException.class);

                    assertThat(context.getBean(PrometheusMeterRegistry.class).scrape())
                            .contains(
                                    "otpkit_send_seconds_count{",
                                    "otpkit_deliver_seconds_count{",
                                    "otpkit_verify_seconds_count{",
                                    "otpkit_delivery_reports_total{",
                                    "otpkit_store_failures_total{",
                                    "otpkit_traffic_limited_total{",
                                    "otpkit_outcome=\"traffic_limited\"")
                            .doesNotContain("50123456", "user@", "example.com", "SM0123456789abcdef", id, "sms-one-1");
                });
    }

    @Test
    void thePropertyOfSpringBootTurnsObservationsOff() {
        contexts.withPropertyValues("management.observations.enable.otpkit=false")
                .run(context -> {
                    assertThat(context.getBean(OtpManager.class).send(PHONE).isSent())
                            .isTrue();

                    assertThat(meters(context.getBean(MeterRegistry.class))).isEmpty();
                    assertThat(context.getBean(ObservationRegistry.class).getCurrentObservation())
                            .isNull();
                });
    }

    @Test
    void withoutARegistryNothingIsAdded() {
        alone.run(context -> {
            assertThat(context).doesNotHaveBean(OtpManagerBuilderCustomizer.class);
            assertThat(context.getBean(OtpManager.class).send(PHONE).isSent()).isTrue();
        });
    }

    @Test
    void anApplicationWithoutMicrometerStarts() {
        alone.withClassLoader(new FilteredClassLoader("io.micrometer")).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(OtpManagerBuilderCustomizer.class);
            assertThat(context.getBean(OtpManager.class).send(PHONE).isSent()).isTrue();
        });
    }

    @Test
    void withMetersAloneItCountsAndWithObservationsAloneItObserves() {
        alone.withBean(SimpleMeterRegistry.class)
                .run(context -> assertThat(context.getBeanNamesForType(OtpManagerBuilderCustomizer.class))
                        .containsExactly("otpMeters"));
        alone.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context.getBeanNamesForType(OtpManagerBuilderCustomizer.class))
                        .containsExactly("otpObservations"));
    }

    @Test
    void purposesWithAPolicyAndThoseOfThePropertyKeepTheirNames() {
        contexts.withPropertyValues(
                        "otpkit.observations.purposes=payment",
                        "otpkit.policies.password-reset.length=8",
                        "otpkit.policies.login.max-attempts=3")
                .run(context -> {
                    OtpManager otp = context.getBean(OtpManager.class);
                    for (String purpose :
                            List.of("payment", "password-reset", "login", "default", "invented", "+966501234567")) {
                        otp.verify(VerifyRequest.of(PHONE, "1").purpose(purpose));
                    }

                    assertThat(context.getBean(MeterRegistry.class)
                                    .find("otpkit.verify")
                                    .meters())
                            .extracting(meter -> meter.getId().getTag("otpkit.purpose"))
                            .containsExactlyInAnyOrder("payment", "password-reset", "login", "default", "other");
                });
    }

    @Test
    void aFilterAndAConventionOfTheApplicationChangeNamesAndKeys() {
        contexts.withUserConfiguration(OwnConvention.class).run(context -> {
            context.getBean(OtpManager.class).send(PHONE);

            assertThat(meters(context.getBean(MeterRegistry.class)))
                    .containsExactly(
                            "passcodes error=none operation=Delivery tenant=acme",
                            "passcodes error=none operation=Send tenant=acme");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConvention {
        @Bean
        ObservationFilter tenant() {
            return context -> context instanceof OtpObservationContext
                    ? context.addLowCardinalityKeyValue(KeyValue.of("tenant", "acme"))
                    : context;
        }

        @Bean
        GlobalObservationConvention<OtpObservationContext> passcodes() {
            return new GlobalObservationConvention<>() {
                @Override
                public boolean supportsContext(Observation.Context context) {
                    return context instanceof OtpObservationContext;
                }

                @Override
                public String getName() {
                    return "passcodes";
                }

                @Override
                public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
                    return KeyValues.of(
                            "operation", context.operation().getClass().getSimpleName());
                }
            };
        }
    }

    /** Returns a line for each timer, without those of running operations. */
    private static List<String> meters(MeterRegistry registry) {
        return lines(registry, Meter.Type.TIMER);
    }

    private static List<String> counters(MeterRegistry registry) {
        return lines(registry, Meter.Type.COUNTER);
    }

    private static List<String> lines(MeterRegistry registry, Meter.Type type) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getType() == type
                        && (id.getName().startsWith("otpkit.") || id.getName().equals("passcodes")))
                .map(id -> id.getName()
                        + id.getTags().stream()
                                .sorted(Comparator.comparing(Tag::getKey))
                                .map(tag -> " " + tag.getKey().replace("otpkit.", "") + "=" + tag.getValue())
                                .collect(Collectors.joining()))
                .sorted()
                .toList();
    }
}
