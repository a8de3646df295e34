package dev.otpkit.spring;

import static dev.otpkit.spring.PolicySettings.policy;
import static dev.otpkit.spring.PolicySettings.set;
import static dev.otpkit.spring.PolicySettings.setLimit;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.Recipient;
import dev.otpkit.Recipients;
import dev.otpkit.event.OtpListener;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpGenerator;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.spring.OtpProperties.Limits;
import dev.otpkit.spring.OtpProperties.Messages;
import dev.otpkit.spring.OtpProperties.Store;
import dev.otpkit.spring.OtpProperties.TestRecipient;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationContext;

/** Assembles the manager from the properties and the beans of the application, once. */
final class ManagerAssembly {
    private final OtpProperties properties;
    private final ApplicationContext context;
    private final OtpManager.Builder builder = OtpManager.builder();

    ManagerAssembly(OtpProperties properties, ApplicationContext context) {
        this.properties = properties;
        this.context = context;
    }

    OtpManager manager() {
        ClassLoader loader = Objects.requireNonNull(context.getClassLoader());
        UnknownProperties.warn(context.getEnvironment(), loader);
        if (properties.developmentMode()) {
            ProductionProfiles.refuse(context.getEnvironment());
            builder.developmentMode(true);
        }
        appName();
        secret();
        set("otpkit.namespace", properties.namespace(), builder::namespace);
        set("otpkit.default-region", properties.defaultRegion(), builder::defaultRegion);
        recipients();
        limits();
        policies();
        messages(loader);
        beans();
        channels();
        context.getBeanProvider(OtpManagerBuilderCustomizer.class)
                .orderedStream()
                .forEach(each -> each.customize(builder));
        return built();
    }

    private void appName() {
        String application = context.getEnvironment().getProperty("spring.application.name", "");
        if (properties.appName() != null) {
            set("otpkit.app-name", properties.appName(), builder::appName);
        } else if (!application.isBlank()) {
            try {
                builder.appName(application);
            } catch (IllegalArgumentException e) {
                throw new OtpSettingException(
                        "spring.application.name is not a valid name in messages: " + e.getMessage(),
                        "Set otpkit.app-name.");
            }
        }
    }

    private void secret() {
        String previous = properties.previousSecret();
        if (properties.secret() == null && previous != null) {
            throw OtpSettingException.missing("otpkit.secret", "otpkit.previous-secret");
        }
        set("otpkit.secret", properties.secret(), text -> {
            OtpSecret secret = OtpSecret.fromBase64(text);
            builder.secret(secret);
            set(
                    "otpkit.previous-secret",
                    previous,
                    other -> builder.secret(secret.withPrevious(OtpSecret.fromBase64(other))));
        });
    }

    private void recipients() {
        List<Predicate<Recipient>> filters = new ArrayList<>();
        set(
                "otpkit.allowed-regions",
                properties.allowedRegions(),
                regions -> filters.add(Recipients.countries(regions)));
        if (properties.mobileOnly()) {
            filters.add(Recipients.mobile());
        }
        filters.stream().reduce(Predicate::and).ifPresent(builder::recipientFilter);
        for (int i = 0; i < properties.testRecipients().size(); i++) {
            testRecipient(
                    "otpkit.test-recipients[" + i + "]",
                    properties.testRecipients().get(i));
        }
    }

    private void testRecipient(String property, TestRecipient test) {
        String address = test.address();
        String code = test.code();
        Instant until = test.until();
        if (address == null || code == null || until == null) {
            throw new OtpSettingException(
                    property + " must have address, code and until",
                    "Set " + property + ".address, " + property + ".code and " + property + ".until.");
        }
        Recipient recipient;
        try {
            recipient = Recipient.parse(address, properties.defaultRegion());
        } catch (IllegalArgumentException e) {
            throw new OtpSettingException(
                    property + ".address is not valid: " + e.getMessage(),
                    "Correct " + property + ".address. A phone number has its country code, unless"
                            + " otpkit.default-region is set.");
        }
        set(property + ".purpose", test.purpose(), purpose -> builder.testRecipient(recipient, purpose, code, until));
    }

    private void limits() {
        Limits limits = properties.limits();
        setLimit("otpkit.limits.client-sends", limits.clientSends(), builder::clientSendLimit);
        setLimit("otpkit.limits.client-failures", limits.clientFailures(), builder::clientFailureLimit);
        setLimit("otpkit.limits.mailbox-sends", limits.mailboxSends(), builder::mailboxSendLimit);
        set("otpkit.limits.delivery-timeout", limits.deliveryTimeout(), builder::deliveryTimeout);
        PolicySettings.traffic(properties.traffic()).ifPresent(builder::trafficLimits);
    }

    private void policies() {
        OtpPolicy general = policy("otpkit.policy", properties.policy(), OtpPolicy.defaults());
        builder.policy(general);
        properties.policies().forEach((purpose, own) -> {
            String property = "otpkit.policies." + purpose;
            OtpPolicy policy = policy(property, own, general);
            set(property, policy, value -> builder.policy(purpose, value));
        });
    }

    private void messages(ClassLoader loader) {
        Messages messages = properties.messages();
        MessageCatalog.Builder catalog = MessageCatalog.builder();
        set("otpkit.messages.basename", messages.basename(), name -> catalog.bundle(name, loader));
        set("otpkit.messages.origin", messages.origin(), catalog::originBound);
        set("otpkit.messages.app-hash", messages.appHash(), catalog::androidAppHash);
        if (!messages.equals(new Messages(null, null, null))) {
            set("otpkit.messages", catalog, each -> builder.messages(each.build()));
        }
    }

    private void beans() {
        context.getBeanProvider(OtpStore.class).ifAvailable(builder::store);
        context.getBeanProvider(OtpListener.class).orderedStream().forEach(builder::listener);
        context.getBeanProvider(OtpObserver.class).orderedStream().forEach(builder::observer);
        context.getBeanProvider(OtpGenerator.class).ifAvailable(builder::generator);
        context.getBeanProvider(MessageRenderer.class).ifAvailable(builder::messages);
        context.getBeanProvider(SendGuard.class).ifAvailable(builder::sendGuard);
        context.getBeanProvider(InstantSource.class).ifUnique(builder::clock);
    }

    private void channels() {
        List<DeliveryChannel> channels =
                context.getBeanProvider(DeliveryChannel.class).orderedStream().toList();
        // Development mode replaces every channel, so that those of production need no account there.
        if (!properties.developmentMode()) {
            refuseUnknown(channels);
        }
        channels.stream().sorted(Comparator.comparingInt(this::rank)).forEach(builder::channel);
    }

    private void refuseUnknown(List<DeliveryChannel> channels) {
        for (String wanted : properties.channels()) {
            if (channels.stream().noneMatch(each -> matches(each, wanted))) {
                String known = channels.stream()
                        .map(each -> each.name() + " (" + each.medium() + ")")
                        .collect(Collectors.joining(", "));
                throw new OtpSettingException(
                        "otpkit.channels must be names or media of channels, but has " + wanted + ". "
                                + (known.isEmpty() ? "There is no channel" : "The channels are: " + known),
                        "Correct otpkit.channels, or configure that channel.");
            }
        }
    }

    /** Returns the place of a channel in the wanted order; the last one if it is not in there. */
    private int rank(DeliveryChannel channel) {
        List<String> order = properties.channels();
        for (int i = 0; i < order.size(); i++) {
            if (matches(channel, order.get(i))) {
                return i;
            }
        }
        return order.size();
    }

    private static boolean matches(DeliveryChannel channel, String wanted) {
        return channel.name().equals(wanted) || channel.medium().equals(wanted);
    }

    private OtpManager built() {
        try {
            return builder.build();
        } catch (IllegalStateException e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), "");
            String action = action(reason);
            if (action.isEmpty()) {
                throw e;
            }
            throw new OtpSettingException("The OTP manager cannot be built: " + reason, action);
        }
    }

    /** Returns the properties to set for a refusal of the manager; empty if no property is the reason. */
    private String action(String reason) {
        if (reason.startsWith("store must")) {
            return properties.store() == Store.REDIS
                    ? "otpkit.store is redis: add otp-store-redis and spring-boot-starter-data-redis to the class path,"
                            + " set otpkit.store=caffeine, or define a bean of type OtpStore."
                    : "otpkit.store is caffeine: add otp-store-caffeine to the class path, set otpkit.store=redis, or"
                            + " define a bean of type OtpStore.";
        }
        if (reason.startsWith("channel must")) {
            return "Set the properties of a channel (otpkit.twilio.*, otpkit.smtp.* or spring.mail.*, otpkit.gmail.*,"
                    + " otpkit.mshastra.*), define a bean of type DeliveryChannel, or set otpkit.development-mode=true"
                    + " to try the application without any account.";
        }
        if (reason.startsWith("secret must")) {
            return "Set otpkit.secret to the output of \"openssl rand -base64 32\", the same on all instances.";
        }
        if (reason.startsWith("developmentMode must")) {
            return "Remove otpkit.development-mode there, and configure a channel.";
        }
        if (reason.contains(" of test recipient ")) {
            return "Correct otpkit.test-recipients.";
        }
        return "";
    }
}
