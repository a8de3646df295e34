package dev.otpkit.channel.smtp;

import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of a connection, in one of two ways; none if neither is chosen.
 *
 * @param byStartTls true for a connection that begins in clear and must be encrypted before anything else (RFC 3207)
 * @param fromFirstByte true for a connection that is encrypted from its first byte (RFC 8314)
 * @param context the trusted certificates; null for those of this Java
 */
record SmtpTls(
        boolean byStartTls, boolean fromFirstByte, @Nullable SSLContext context) {
    /** Adds the settings of Angus Mail. */
    void addTo(Properties properties) {
        properties.put("mail.smtp.starttls.enable", String.valueOf(byStartTls));
        properties.put("mail.smtp.starttls.required", String.valueOf(byStartTls));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        if (context != null) {
            properties.put("mail.smtp.ssl.socketFactory", context.getSocketFactory());
        }
    }
}
