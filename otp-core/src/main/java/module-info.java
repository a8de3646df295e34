/**
 * One-time passcodes: makes a code, keeps it safely, delivers it and accepts it once.
 *
 * <p>Start at {@link dev.otpkit.OtpManager}. {@code dev.otpkit.internal} is not exported and changes without notice; what
 * the channels of this project share is exported to them alone.
 */
@SuppressWarnings("module") // Those it is exported to are built after it.
module dev.otpkit {
    requires static transitive org.jspecify;
    requires com.google.i18n.phonenumbers.libphonenumber;
    requires java.net.http;
    requires org.slf4j;

    exports dev.otpkit;
    exports dev.otpkit.spi;
    exports dev.otpkit.event;
    exports dev.otpkit.message;
    exports dev.otpkit.internal.channel to
            dev.otpkit.channel.mshastra,
            dev.otpkit.channel.smtp,
            dev.otpkit.channel.twilio;
}
