package dev.otpkit.spring.web;

import dev.otpkit.OtpManager;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.spring.OtpAutoConfiguration;
import dev.otpkit.spring.OtpChannelAutoConfiguration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the endpoints that send and verify codes, with {@code otpkit.web.enabled=true}, in a servlet
 * application with Spring MVC.
 *
 * <p>Beans of the application take part: an {@link OtpWebRecipients} says who may get a code, each
 * {@link OtpVerifiedHandler} is called after a success, and an {@link InstantSource}, if there is exactly one, is the
 * clock; it must be that of the manager. A bean of type {@link TwilioStatusCallback} takes the place of the one from
 * the properties, which switches the endpoint for the reports of Twilio on.
 */
@AutoConfiguration(after = {OtpAutoConfiguration.class, OtpChannelAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty("otpkit.web.enabled")
@EnableConfigurationProperties(OtpWebProperties.class)
public final class OtpWebAutoConfiguration {

    OtpWebAutoConfiguration() {}

    @Bean
    OtpEndpoints otpEndpoints(
            OtpManager otp,
            OtpWebProperties properties,
            ObjectProvider<OtpWebRecipients> recipients,
            ObjectProvider<OtpVerifiedHandler> handlers,
            ObjectProvider<InstantSource> clock,
            Environment environment) {
        return new OtpEndpoints(
                otp,
                properties,
                new OtpEndpoints.Recipients(
                        region(environment), recipients.getIfAvailable(() -> (recipient, purpose) -> true)),
                StandInLifetimes.from(environment),
                handlers.orderedStream().toList(),
                clock.getIfUnique(InstantSource::system));
    }

    private static @Nullable String region(Environment environment) {
        String region = environment.getProperty("otpkit.default-region");
        return StringUtils.hasText(region) ? region : null;
    }

    @Bean
    BoundedBodies otpBoundedBodies() {
        return new BoundedBodies();
    }

    /** The delivery reports of Twilio. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TwilioStatusCallback.class)
    @ConditionalOnSingleCandidate(TwilioStatusCallback.class)
    static class TwilioReports {

        @Bean
        TwilioReportEndpoint otpTwilioReportEndpoint(OtpManager otp, TwilioStatusCallback callback) {
            return new TwilioReportEndpoint(otp, callback);
        }
    }
}
