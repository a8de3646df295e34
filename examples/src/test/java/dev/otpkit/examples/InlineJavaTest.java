package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests that the check of the pages' inline code finds mistakes. */
class InlineJavaTest {
    private static final InlineJava INLINE_JAVA = new InlineJava(PagesTest.java());

    @Test
    void findsNamesOfNothing() {
        Set<String> names = Set.of(
                "RedisOtpStores",
                "developmentModes",
                "NOT_ALOWED",
                "Resend.ROTATED",
                "OtpManager.Builder.mailboxLimit",
                "OtpStore.incremented",
                "dev.otpkit.spi.OtpStores",
                "java.util.log",
                "TWILIO_ACCOUNT_ID");

        assertThat(INLINE_JAVA.missingNames(names, "")).isEqualTo(names);
    }

    @Test
    void knowsNamesOfWhatThereIs() {
        Set<String> names = Set.of(
                "RedisOtpStore",
                "developmentMode",
                "NOT_ALLOWED",
                "Resend.ROTATE",
                "OtpManager.mailboxSendLimit",
                "OtpStore.increment",
                "dev.otpkit.spi.OtpStore",
                "java.util.logging",
                "TWILIO_ACCOUNT_SID",
                "InlineJavaTest",
                "session");

        assertThat(INLINE_JAVA.missingNames(names, "otp.boundTo(session)")).isEmpty();
    }

    @Test
    void findsExpressionsThatDoNotCompile() {
        Set<String> expressions = Set.of(
                "OtpRequest.to()",
                "OtpRequest.too(address)",
                "OtpManager.send()",
                "developmentMode(\"yes\")",
                "Sent.code()",
                "confirmed() == 1",
                "via(\"sms\"",
                "supplyAsync(() -> otp.send(requests), executor)",
                "OtpPolicy.builder().policy(recipient)",
                "to -> to instanceof PhoneNumber");

        assertThat(INLINE_JAVA.missingExpressions(expressions)).isEqualTo(expressions);
    }

    @Test
    void compilesExpressionsInEachWayInWhichTheyCanBeMeant() {
        Set<String> expressions = Set.of(
                "OtpRequest.to(address)",
                "developmentMode(true)",
                "Sent.challengeId()",
                "confirmed() == false",
                "close()",
                "message.redact(text, credentials...)",
                "client.getOptions().mutate()",
                "supplyAsync(() -> otp.send(request), executor)",
                "SmtpChannel.fromEnvironment(System.getenv())");

        assertThat(INLINE_JAVA.missingExpressions(expressions)).isEmpty();
    }
}
