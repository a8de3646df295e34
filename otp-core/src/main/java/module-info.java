/**
 * One-time passcodes: creates a code, delivers it and accepts it once, and never stores it.
 *
 * <p>Start at {@link dev.otpkit.OtpManager}. {@code dev.otpkit.internal} is not exported and changes without notice.
 */
module dev.otpkit {
    requires static transitive org.jspecify;
    requires com.google.i18n.phonenumbers.libphonenumber;
    requires org.slf4j;

    exports dev.otpkit;
    exports dev.otpkit.spi;
    exports dev.otpkit.event;
    exports dev.otpkit.message;
}
