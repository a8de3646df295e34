package dev.otpkit.spring;

import static dev.otpkit.spring.AdapterProperties.apply;
import static dev.otpkit.spring.AdapterProperties.built;
import static dev.otpkit.spring.AdapterProperties.isSet;
import static dev.otpkit.spring.AdapterProperties.made;
import static dev.otpkit.spring.AdapterProperties.missing;
import static dev.otpkit.spring.AdapterProperties.required;
import static dev.otpkit.spring.AdapterProperties.text;

import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.OAuth2;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import java.net.URI;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Auto-configuration of the channels from properties: Twilio ({@code otpkit.twilio.*}), mShastra
 * ({@code otpkit.mshastra.*}), Gmail ({@code otpkit.gmail.*}) and SMTP ({@code otpkit.smtp.*}, or else the
 * application's own {@code spring.mail.*}).
 *
 * <p>A channel is created if its module is on the class path, a property of it is set, and the application has no bean
 * of the same class. A blank value counts as none. The start fails if a required property is missing, a value is out of
 * range, or the module is missing; the text names the property or the dependency to add. In development mode, in which
 * nothing is sent, there are no channels and no checks of them.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "otpkit.development-mode", havingValue = false, matchIfMissing = true)
public final class OtpChannelAutoConfiguration {
    private static final String GMAIL = "otpkit.gmail";
    private static final String SMTP = "otpkit.smtp";

    OtpChannelAutoConfiguration() {}

    /** Refuses properties of a module that is missing, and of two channels where there can be one. */
    @Bean
    static BeanFactoryPostProcessor otpChannelProperties(Environment environment) {
        return beans -> {
            AdapterModule.requireChannels(environment, beans.getBeanClassLoader());
            if (AdapterProperties.areSet(environment, SMTP)
                    && AdapterProperties.areSet(environment, GMAIL)
                    && !environment.getProperty(GMAIL + ".api", Boolean.class, false)
                    && environment.getProperty(SMTP + ".enabled", Boolean.class, true)) {
                throw new OtpSettingException(
                        SMTP + ".* and " + GMAIL + ".* must not be set together unless " + GMAIL
                                + ".api is true, since both are one channel over SMTP",
                        "Remove the properties of one of them, or set " + GMAIL + ".api=true.");
            }
        };
    }

    /** The channels over Twilio. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TwilioSmsChannel.class)
    @ConditionalOnAdapterProperties("otpkit.twilio")
    @EnableConfigurationProperties(TwilioProperties.class)
    static class TwilioConfiguration {
        private static final String SMS = "otpkit.twilio.sms";
        private static final String WHATSAPP = "otpkit.twilio.whatsapp";

        /** Refuses an account without a sender, such as {@code otpkit.twilio.from}. A token alone checks reports. */
        @Bean
        static BeanFactoryPostProcessor otpTwilioSender(Environment environment) {
            return beans -> {
                if (isSet(environment.getProperty("otpkit.twilio.account-sid"))
                        && !AdapterProperties.areSet(environment, SMS)
                        && !AdapterProperties.areSet(environment, WHATSAPP)
                        && beans.getBeanNamesForType(TwilioSmsChannel.class, true, false).length == 0
                        && beans.getBeanNamesForType(TwilioWhatsAppChannel.class, true, false).length == 0) {
                    throw missing(SMS + ".from or " + WHATSAPP + ".from", ", since otpkit.twilio.account-sid is");
                }
            };
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAdapterProperties(SMS)
        TwilioSmsChannel otpTwilioSmsChannel(TwilioProperties properties) {
            TwilioSignIn signIn = TwilioSignIn.of(properties, SMS);
            TwilioProperties.Sms sms = properties.sms();
            signIn.requireOneSender(sms.from(), sms.messagingServiceSid());
            TwilioSmsChannel.Builder builder = TwilioSmsChannel.builder();
            apply("otpkit.twilio.account-sid", signIn.accountSid(), builder::accountSid);
            apply("otpkit.twilio.auth-token", signIn.authToken(), builder::authToken);
            apply("otpkit.twilio.api-key", signIn.apiKey(), builder::apiKey);
            apply("otpkit.twilio.api-secret", signIn.apiSecret(), builder::apiSecret);
            apply("otpkit.twilio.base-url", properties.baseUrl(), builder::baseUrl);
            apply("otpkit.twilio.timeout", properties.timeout(), builder::timeout);
            apply("otpkit.twilio.status-callback", properties.statusCallback(), builder::statusCallback);
            apply(SMS + ".from", sms.from(), builder::from);
            apply(SMS + ".messaging-service-sid", sms.messagingServiceSid(), builder::messagingServiceSid);
            apply(SMS + ".provide-feedback", sms.provideFeedback(), builder::provideFeedback);
            apply(SMS + ".name", sms.name(), builder::name);
            return built(SMS, builder::build);
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAdapterProperties(WHATSAPP)
        TwilioWhatsAppChannel otpTwilioWhatsAppChannel(TwilioProperties properties) {
            TwilioSignIn signIn = TwilioSignIn.of(properties, WHATSAPP);
            TwilioProperties.WhatsApp whatsApp = properties.whatsapp();
            signIn.requireOneSender(whatsApp.from(), whatsApp.messagingServiceSid());
            TwilioWhatsAppChannel.Builder builder = TwilioWhatsAppChannel.builder();
            apply("otpkit.twilio.account-sid", signIn.accountSid(), builder::accountSid);
            apply("otpkit.twilio.auth-token", signIn.authToken(), builder::authToken);
            apply("otpkit.twilio.api-key", signIn.apiKey(), builder::apiKey);
            apply("otpkit.twilio.api-secret", signIn.apiSecret(), builder::apiSecret);
            apply("otpkit.twilio.base-url", properties.baseUrl(), builder::baseUrl);
            apply("otpkit.twilio.timeout", properties.timeout(), builder::timeout);
            apply("otpkit.twilio.status-callback", properties.statusCallback(), builder::statusCallback);
            apply(WHATSAPP + ".from", whatsApp.from(), builder::from);
            apply(WHATSAPP + ".messaging-service-sid", whatsApp.messagingServiceSid(), builder::messagingServiceSid);
            apply(WHATSAPP + ".content-sid", whatsApp.contentSid(), builder::contentSid);
            whatsApp.contentSids()
                    .forEach((locale, sid) -> apply(
                            WHATSAPP + ".content-sids." + locale.toLanguageTag(),
                            sid,
                            template -> builder.contentSid(locale, template)));
            apply(WHATSAPP + ".sandbox", whatsApp.sandbox(), builder::sandbox);
            apply(WHATSAPP + ".name", whatsApp.name(), builder::name);
            try {
                return builder.build();
            } catch (IllegalStateException e) {
                throw missing(
                        WHATSAPP + ".content-sid",
                        ", or " + WHATSAPP + ".sandbox be true, since " + WHATSAPP + ".* is");
            }
        }
    }

    /** The reader of the delivery reports of Twilio, for the endpoint that takes them. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TwilioStatusCallback.class)
    @Conditional(OnTwilioReports.class)
    @EnableConfigurationProperties(TwilioProperties.class)
    static class TwilioReportsConfiguration {
        private static final String WEB = "otpkit.web.twilio";
        private static final String PUBLIC_URL = WEB + ".public-url";

        @Bean
        @ConditionalOnMissingBean
        TwilioStatusCallback otpTwilioStatusCallback(TwilioProperties properties, Environment environment) {
            TwilioStatusCallback.Builder builder = TwilioStatusCallback.builder();
            apply("otpkit.twilio.auth-token", properties.authToken(), builder::authToken);
            apply(
                    WEB + ".previous-auth-token",
                    environment.getProperty(WEB + ".previous-auth-token"),
                    builder::previousAuthToken);
            apply(PUBLIC_URL, environment.getProperty(PUBLIC_URL), url -> builder.publicUrl(URI.create(url)));
            apply("otpkit.twilio.sms.name", properties.sms().name(), builder::smsChannel);
            apply("otpkit.twilio.whatsapp.name", properties.whatsapp().name(), builder::whatsAppChannel);
            return built(WEB, builder::build);
        }
    }

    /** The channel over mShastra. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MshastraChannel.class)
    @ConditionalOnAdapterProperties("otpkit.mshastra")
    @EnableConfigurationProperties(MshastraProperties.class)
    static class MshastraConfiguration {
        private static final String PREFIX = "otpkit.mshastra";

        @Bean
        @ConditionalOnMissingBean
        MshastraChannel otpMshastraChannel(MshastraProperties properties) {
            String reason = ", since " + PREFIX + ".* is";
            MshastraChannel.Builder builder = MshastraChannel.builder();
            apply(
                    PREFIX + ".username",
                    required(PREFIX + ".username", properties.username(), reason),
                    builder::username);
            apply(
                    PREFIX + ".password",
                    required(PREFIX + ".password", properties.password(), reason),
                    builder::password);
            apply(PREFIX + ".sender", required(PREFIX + ".sender", properties.sender(), reason), builder::sender);
            apply(PREFIX + ".base-url", properties.baseUrl(), builder::baseUrl);
            apply(PREFIX + ".timeout", properties.timeout(), builder::timeout);
            apply(PREFIX + ".gsm-language", properties.gsmLanguage(), builder::gsmLanguage);
            apply(PREFIX + ".unicode-language", properties.unicodeLanguage(), builder::unicodeLanguage);
            properties
                    .languages()
                    .forEach((locale, value) -> apply(
                            PREFIX + ".languages." + locale.toLanguageTag(),
                            value,
                            language -> builder.language(locale, language)));
            apply(PREFIX + ".hex-unicode", properties.hexUnicode(), builder::hexUnicode);
            apply(PREFIX + ".name", properties.name(), builder::name);
            return built(PREFIX, builder::build);
        }
    }

    /** The channel for a Google account. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SmtpChannel.class)
    @ConditionalOnAdapterProperties(GMAIL)
    @EnableConfigurationProperties(GmailProperties.class)
    static class GmailConfiguration {
        private static final String OR_CLIENT =
                ", or " + GMAIL + ".client-id, " + GMAIL + ".client-secret and " + GMAIL + ".refresh-token";

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBooleanProperty(name = GMAIL + ".api", havingValue = false, matchIfMissing = true)
        SmtpChannel otpGmailSmtpChannel(GmailProperties properties) {
            String username = required(
                    GMAIL + ".username",
                    properties.username(),
                    ", since " + GMAIL + ".* is and " + GMAIL + ".api is not true");
            SmtpChannel.Builder builder = made(GMAIL + ".username", () -> login(username, properties));
            apply(GMAIL + ".from", properties.from(), builder::from);
            apply(GMAIL + ".timeout", properties.timeout(), builder::timeout);
            apply(GMAIL + ".name", properties.name(), builder::name);
            return built(GMAIL, builder::build);
        }

        private static SmtpChannel.Builder login(String username, GmailProperties properties) {
            String password = text(properties.appPassword());
            if (password != null) {
                return SmtpChannel.gmail(username, password);
            }
            if (isSet(properties.clientId()) || isSet(properties.clientSecret()) || isSet(properties.refreshToken())) {
                return SmtpChannel.gmail(username, tokens(properties, ", or " + GMAIL + ".app-password"));
            }
            throw missing(GMAIL + ".app-password", OR_CLIENT);
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnBooleanProperty(name = GMAIL + ".api")
        GmailApiChannel otpGmailApiChannel(GmailProperties properties) {
            GmailApiChannel.Builder builder =
                    GmailApiChannel.builder().oauth2(tokens(properties, ", since " + GMAIL + ".api is true"));
            apply(GMAIL + ".from", properties.from(), builder::from);
            apply(GMAIL + ".base-url", properties.baseUrl(), builder::baseUrl);
            apply(GMAIL + ".timeout", properties.timeout(), builder::timeout);
            apply(GMAIL + ".name", properties.name(), builder::name);
            return built(GMAIL, builder::build);
        }

        private static OAuth2 tokens(GmailProperties properties, String reason) {
            String id = required(GMAIL + ".client-id", properties.clientId(), reason);
            String secret = required(GMAIL + ".client-secret", properties.clientSecret(), reason);
            String token = required(GMAIL + ".refresh-token", properties.refreshToken(), reason);
            OAuth2.Builder builder = made(GMAIL, () -> OAuth2.google(id, secret, token));
            apply(GMAIL + ".token-url", properties.tokenUrl(), builder::tokenEndpoint);
            return built(GMAIL, builder::build);
        }
    }

    /** The channel over SMTP, to the server of {@code otpkit.smtp.*} or of {@code spring.mail.*}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SmtpChannel.class)
    @Conditional(OnMailServer.class)
    @EnableConfigurationProperties(SmtpProperties.class)
    static class SmtpConfiguration {
        @Bean
        @ConditionalOnMissingBean
        SmtpChannel otpSmtpChannel(
                SmtpProperties properties, Environment environment, ObjectProvider<SslBundles> bundles) {
            SmtpSettings settings = new SmtpSettings(
                    properties, isSet(properties.host()) ? Optional.empty() : SpringMail.in(environment));
            return settings.channel(bundles);
        }
    }

    /** Matches if the endpoints are switched on, and those properties are set that reports need. */
    static final class OnTwilioReports extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            boolean matches = environment.getProperty("otpkit.web.enabled", Boolean.class, false)
                    && isSet(environment.getProperty("otpkit.twilio.auth-token"))
                    && isSet(environment.getProperty(TwilioReportsConfiguration.PUBLIC_URL));
            return new ConditionOutcome(
                    matches,
                    ConditionMessage.forCondition("Reports of Twilio")
                            .because("otpkit.web.enabled, otpkit.twilio.auth-token and "
                                    + TwilioReportsConfiguration.PUBLIC_URL
                                    + (matches ? " are set" : " are not all set")));
        }
    }

    /** Matches if a mail server is set, and SMTP is not switched off. */
    static final class OnMailServer extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Environment environment = context.getEnvironment();
            ConditionMessage.Builder message = ConditionMessage.forCondition("OTP Kit over SMTP");
            if (!environment.getProperty(SMTP + ".enabled", Boolean.class, true)) {
                return ConditionOutcome.noMatch(message.because(SMTP + ".enabled is false"));
            }
            if (AdapterProperties.areSet(environment, SMTP)) {
                return ConditionOutcome.match(message.because(SMTP + ".* is set"));
            }
            if (isSet(environment.getProperty("spring.mail.host")) && !AdapterProperties.areSet(environment, GMAIL)) {
                return ConditionOutcome.match(message.because("spring.mail.host is set"));
            }
            return ConditionOutcome.noMatch(message.because("neither " + SMTP + ".* nor spring.mail.host is set"));
        }
    }
}
