package dev.otpkit.examples.cli;

import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.SmtpChannel;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.spi.DeliveryChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The channels for which the environment has an account. */
final class EnvironmentChannels {
    private EnvironmentChannels() {}

    /**
     * Returns a channel for each account, in the order of the attempts: SMS, WhatsApp, email. One variable of an
     * account is enough to declare it.
     *
     * @throws IllegalArgumentException if an account is incomplete or invalid, naming the variable
     * @throws IllegalStateException if the account for WhatsApp lacks the template that its sender needs, naming the
     *     variable
     */
    static List<DeliveryChannel> of(Map<String, String> environment) {
        List<DeliveryChannel> channels = new ArrayList<>();
        if (hasAny(environment, "SMS_USERNAME", "SMS_PASSWORD", "SMS_SENDER", "SMS_API_URL")) {
            channels.add(MshastraChannel.fromEnvironment(environment).build());
        }
        boolean sms = hasAny(environment, "TWILIO_PHONE_NUMBER", "TWILIO_MESSAGING_SERVICE_SID");
        boolean whatsApp = hasAny(environment, "TWILIO_WHATSAPP_FROM", "TWILIO_WHATSAPP_CONTENT_SID");
        boolean account =
                hasAny(environment, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET");
        if (sms || (account && !whatsApp)) {
            channels.add(TwilioSmsChannel.fromEnvironment(environment).build());
        }
        if (whatsApp) {
            channels.add(TwilioWhatsAppChannel.fromEnvironment(environment).build());
        }
        if (hasAny(environment, "EMAIL_CLIENT_ID", "EMAIL_CLIENT_SECRET", "EMAIL_REFRESH_TOKEN")
                && !hasAny(environment, "EMAIL_HOST")) {
            channels.add(GmailApiChannel.fromEnvironment(environment).build());
        } else if (hasAny(
                environment, "EMAIL_HOST", "EMAIL_PORT", "EMAIL_FROM", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")) {
            channels.add(SmtpChannel.fromEnvironment(environment).build());
        }
        return channels;
    }

    private static boolean hasAny(Map<String, String> environment, String... variables) {
        return Arrays.stream(variables)
                .anyMatch(variable -> !environment.getOrDefault(variable, "").isBlank());
    }
}
