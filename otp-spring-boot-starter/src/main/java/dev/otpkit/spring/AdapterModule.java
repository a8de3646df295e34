package dev.otpkit.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** A module that properties need, and that an application may lack. */
enum AdapterModule {
    TWILIO("otp-channel-twilio", "dev.otpkit.channel.twilio.TwilioSmsChannel"),
    MSHASTRA("otp-channel-mshastra", "dev.otpkit.channel.mshastra.MshastraChannel"),
    SMTP("otp-channel-smtp", "dev.otpkit.channel.smtp.SmtpChannel"),
    REDIS("otp-store-redis", "dev.otpkit.store.redis.RedisOtpStore");

    private final String artifact;
    private final String type;

    AdapterModule(String artifact, String type) {
        this.artifact = artifact;
        this.type = type;
    }

    /** Refuses properties of channels whose modules are missing. */
    static void requireChannels(Environment environment, @Nullable ClassLoader loader) {
        TWILIO.require(environment, "otpkit.twilio", loader);
        MSHASTRA.require(environment, "otpkit.mshastra", loader);
        SMTP.require(environment, "otpkit.smtp", loader);
        SMTP.require(environment, "otpkit.gmail", loader);
    }

    private void require(Environment environment, String prefix, @Nullable ClassLoader loader) {
        if (AdapterProperties.areSet(environment, prefix)) {
            require(prefix + ".*", loader);
        }
    }

    /** @param property the property, or the properties, that need the module */
    void require(String property, @Nullable ClassLoader loader) {
        if (!ClassUtils.isPresent(type, loader)) {
            throw new OtpSettingException(
                    property + " is set, but dev.otpkit:" + artifact + " is not on the class path",
                    "Add the dependency dev.otpkit:" + artifact + ", or remove " + property + ".");
        }
    }
}
