/**
 * Delivers passcodes by email: over SMTP, on Angus Mail.
 *
 * <p>Start at {@link dev.otpkit.channel.smtp.SmtpChannel}.
 */
module dev.otpkit.channel.smtp {
    requires transitive dev.otpkit;
    requires jakarta.mail;
    requires java.logging;
    requires org.eclipse.angus.mail;

    exports dev.otpkit.channel.smtp;
}
