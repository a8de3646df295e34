/**
 * Delivers passcodes by email: over SMTP, on Angus Mail, or through the Gmail API.
 *
 * <p>Start at {@link dev.otpkit.channel.smtp.SmtpChannel} or {@link dev.otpkit.channel.smtp.GmailApiChannel}.
 */
module dev.otpkit.channel.smtp {
    requires transitive dev.otpkit;
    requires dev.otpkit.channel.http;
    requires com.google.gson;
    requires jakarta.mail;
    requires java.logging;
    requires org.eclipse.angus.mail;
    requires org.slf4j;

    exports dev.otpkit.channel.smtp;
}
