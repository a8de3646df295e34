/**
 * Delivers passcodes by SMS, over mShastra.
 *
 * <p>Start at {@link dev.otpkit.channel.mshastra.MshastraChannel}.
 */
module dev.otpkit.channel.mshastra {
    requires com.google.gson;
    requires transitive dev.otpkit;
    requires dev.otpkit.channel.http;
    requires java.logging;

    exports dev.otpkit.channel.mshastra;
}
