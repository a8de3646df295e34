/**
 * Delivers passcodes by SMS, over mShastra.
 *
 * <p>Start at {@link dev.otpkit.channel.mshastra.MshastraChannel}.
 */
module dev.otpkit.channel.mshastra {
    requires com.google.gson;
    requires transitive dev.otpkit;
    requires java.logging;

    exports dev.otpkit.channel.mshastra;
}
