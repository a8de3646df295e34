package dev.otpkit.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.SendResult;
import dev.otpkit.channel.mshastra.MshastraChannel;
import dev.otpkit.channel.smtp.GmailApiChannel;
import dev.otpkit.channel.smtp.OAuth2;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import dev.otpkit.event.OtpEvent.DeliveryReported;
import dev.otpkit.examples.twilio.TwilioReports;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FakeGmail;
import dev.otpkit.testkit.FakeMshastra;
import dev.otpkit.testkit.FakeProvider;
import dev.otpkit.testkit.FakeTwilio;
import dev.otpkit.testkit.RecordingListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The channels of production against the stand-ins. */
class ProvidersTest {
    private static final String PHONE = "+966501234567";
    private static final String WHATSAPP_TEMPLATE = "HX0123456789abcdef0123456789abcdef";

    @Test
    void sendsOverTwilio() {
        try (FakeTwilio twilio = FakeTwilio.start()) {
            OtpManager otp = manager(twilioSms(twilio));

            otp.send("+966501234567");
            assertThat(otp.verify("+966501234567", twilio.lastCodeTo("+966501234567"))
                            .isVerified())
                    .isTrue();

            twilio.refuseWith(21610);
            assertThat(otp.send("+966501234568"))
                    .isInstanceOfSatisfying(
                            SendResult.Undelivered.class,
                            result -> assertThat(result.failures().get(0).kind())
                                    .isEqualTo(DeliveryFailure.Kind.OPTED_OUT));
        }
    }

    private static TwilioSmsChannel twilioSms(FakeTwilio twilio) {
        return TwilioSmsChannel.builder()
                .accountSid(FakeTwilio.ACCOUNT_SID)
                .authToken(FakeTwilio.AUTH_TOKEN)
                .from("+15005550006")
                .baseUrl(twilio.url())
                .build();
    }

    @Test
    void hearsOfAMessageThatWasNotDelivered() throws Exception {
        RecordingListener listener = RecordingListener.create();
        URI publicUrl = URI.create("https://acme.example/otp/status");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (FakeTwilio twilio = FakeTwilio.start()) {
            OtpManager otp = builder(twilioSms(twilio)).listener(listener).build();
            TwilioReports reports = new TwilioReports(
                    TwilioStatusCallback.builder()
                            .authToken(FakeTwilio.AUTH_TOKEN)
                            .publicUrl(publicUrl)
                            .build(),
                    otp);
            server.createContext("/", reports::handle);
            server.start();
            URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/otp/status");
            otp.send("+966501234567");
            FakeProvider.Message message = twilio.await(Duration.ofSeconds(10));

            assertThat(twilio.report(message, "undelivered", 30005, publicUrl, endpoint))
                    .isEqualTo(204);
            assertThat(listener.await(DeliveryReported.class, Duration.ofSeconds(10))
                            .providerMessageId())
                    .isEqualTo(message.id());
            URI another = URI.create("https://acme.example/another");
            assertThat(twilio.report(message, "undelivered", 30005, another, endpoint))
                    .as("a signature for another URL")
                    .isEqualTo(403);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void sendsOverWhatsApp() {
        try (FakeTwilio twilio = FakeTwilio.start()) {
            OtpManager otp = manager(TwilioWhatsAppChannel.builder()
                    .accountSid(FakeTwilio.ACCOUNT_SID)
                    .authToken(FakeTwilio.AUTH_TOKEN)
                    .from("+15005550006")
                    .contentSid(WHATSAPP_TEMPLATE)
                    .baseUrl(twilio.url())
                    .build());

            otp.send(PHONE);

            assertThat(otp.verify(PHONE, twilio.lastCodeTo(PHONE)).isVerified()).isTrue();
        }
    }

    @Test
    void doesNotKnowTheOutcomeOfABrokenConnection() {
        try (FakeTwilio twilio = FakeTwilio.start()) {
            OtpManager otp = manager(twilioSms(twilio));
            twilio.breakConnections();

            SendResult result = otp.send("+966501234567");

            assertThat(result)
                    .isInstanceOfSatisfying(
                            SendResult.Sent.class,
                            sent -> assertThat(sent.confirmed()).isFalse());
            assertThat(otp.verify("+966501234567", twilio.lastCodeTo("+966501234567"))
                            .isVerified())
                    .isTrue();
        }
    }

    @Test
    void sendsOverMshastra() throws Exception {
        try (FakeMshastra mshastra = FakeMshastra.start()) {
            MshastraChannel channel = MshastraChannel.builder()
                    .username(FakeMshastra.USERNAME)
                    .password(FakeMshastra.PASSWORD)
                    .sender("Acme")
                    .baseUrl(mshastra.url())
                    .build();
            OtpManager otp = manager(channel);

            otp.send("+966501234567");
            assertThat(otp.verify("+966501234567", mshastra.lastCodeTo("+966501234567"))
                            .isVerified())
                    .isTrue();

            mshastra.balance("7");
            assertThat(channel.balance().entries().get(0).amount()).isEqualByComparingTo("7");
            mshastra.refuseWith("No More Credits");
            assertThat(otp.send("+966501234568")).isInstanceOf(SendResult.Undelivered.class);
        }
    }

    @Test
    void sendsOverGmail() {
        try (FakeGmail gmail = FakeGmail.start()) {
            OtpManager otp = manager(GmailApiChannel.builder()
                    .oauth2(OAuth2.builder()
                            .tokenEndpoint(gmail.tokenUrl())
                            .clientId(FakeGmail.CLIENT_ID)
                            .clientSecret(FakeGmail.CLIENT_SECRET)
                            .refreshToken(FakeGmail.REFRESH_TOKEN)
                            .build())
                    .from("Acme <no-reply@acme.example>")
                    .baseUrl(gmail.url())
                    .build());

            otp.send("someone@example.com");
            assertThat(gmail.messages().get(0).subject()).isEqualTo("Your Acme code");
            assertThat(otp.verify("someone@example.com", gmail.lastCodeTo("someone@example.com"))
                            .isVerified())
                    .isTrue();

            gmail.refuseWith(429, "rateLimitExceeded");
            assertThat(otp.send("another@example.com")).isInstanceOf(SendResult.Undelivered.class);
        }
    }

    private static OtpManager manager(DeliveryChannel channel) {
        return builder(channel).build();
    }

    private static OtpManager.Builder builder(DeliveryChannel channel) {
        return OtpManager.builder()
                .appName("Acme")
                .secret(OtpSecret.random())
                .store(CaffeineOtpStore.create())
                .channel(channel);
    }
}
