package dev.otpkit.spring.observation;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;

/** Counts the events that no observation shows. Each counter always has the same keys. Thread-safe. */
final class OtpMeters implements OtpListener {
    private final MeterProvider<Counter> reports;
    private final MeterProvider<Counter> storeFailures;
    private final MeterProvider<Counter> trafficLimited;
    private final PurposeNames purposes;

    OtpMeters(MeterRegistry registry, PurposeNames purposes) {
        this.reports = Counter.builder("otpkit.delivery.reports")
                .description("Reports of providers on messages that they had accepted; a provider may repeat one")
                .withRegistry(registry);
        this.storeFailures = Counter.builder("otpkit.store.failures")
                .description("Calls or steps of calls that the store could not answer")
                .withRegistry(registry);
        this.trafficLimited = Counter.builder("otpkit.traffic.limited")
                .description("Sends that exceeded a budget for messages to many recipients")
                .withRegistry(registry);
        this.purposes = purposes;
    }

    @Override
    public void on(OtpEvent event) {
        if (event instanceof OtpEvent.DeliveryReported reported) {
            reports.withTags(Tags.of(
                            OtpKeys.PURPOSE,
                            reported.purpose().map(purposes::of).orElse(OtpKeys.NONE),
                            OtpKeys.CHANNEL,
                            reported.channel(),
                            OtpKeys.COUNTRY,
                            OtpKeys.country(reported.recipient()),
                            "otpkit.status",
                            OtpKeys.of(reported.status()),
                            "otpkit.failure",
                            reported.failure()
                                    .map(failure -> OtpKeys.of(failure.kind()))
                                    .orElse(OtpKeys.NONE)))
                    .increment();
        } else if (event instanceof OtpEvent.StoreFailed failed) {
            storeFailures
                    .withTags(Tags.of(
                            "otpkit.operation",
                            OtpKeys.of(failed.operation()),
                            "otpkit.thrown",
                            String.valueOf(failed.thrown())))
                    .increment();
        } else if (event instanceof OtpEvent.TrafficLimited limited) {
            trafficLimited
                    .withTags(Tags.of(
                            OtpKeys.PURPOSE,
                            purposes.of(limited.purpose()),
                            OtpKeys.COUNTRY,
                            OtpKeys.country(Optional.of(limited.recipient())),
                            "otpkit.budget",
                            OtpKeys.of(limited.budget()),
                            "otpkit.enforced",
                            String.valueOf(limited.enforced())))
                    .increment();
        }
    }
}
