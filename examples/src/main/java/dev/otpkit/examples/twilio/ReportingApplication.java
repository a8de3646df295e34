package dev.otpkit.examples.twilio;

import com.sun.net.httpserver.HttpServer;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.channel.twilio.TwilioStatusCallback;
import dev.otpkit.channel.twilio.TwilioWhatsAppChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** Sends codes over WhatsApp or SMS, and learns from Twilio whether they arrived. */
public final class ReportingApplication implements AutoCloseable {
    private final OtpManager otp;
    private final HttpServer server;

    /**
     * Starts the application, with a server for reports on a free port of this machine, behind a proxy.
     *
     * @param settings the settings of the manager, with its secret and store
     * @param whatsApp the settings of the first channel
     * @param sms the settings of the second channel
     * @param authToken the account's primary token, with which Twilio signs
     * @param publicUrl the URL of the reports, as Twilio reaches it
     * @throws IOException if no port is free
     */
    public ReportingApplication(
            OtpManager.Builder settings,
            TwilioWhatsAppChannel.Builder whatsApp,
            TwilioSmsChannel.Builder sms,
            String authToken,
            URI publicUrl)
            throws IOException {
        this.otp = settings.appName("Acme")
                .channel(whatsApp.statusCallback(publicUrl).build())
                .channel(sms.statusCallback(publicUrl).provideFeedback(true).build())
                .defaultRegion("SA")
                .build();
        TwilioStatusCallback callback = TwilioStatusCallback.builder()
                .authToken(authToken)
                .publicUrl(publicUrl)
                .build();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", new TwilioReports(callback, otp)::handle);
        server.start();
    }

    /**
     * Sends a code, and returns what the page shows.
     *
     * @param number a phone number
     * @return a sentence for the person
     */
    public String send(String number) {
        SendResult result = otp.send(OtpRequest.to(number).via("whatsapp", "sms"));
        if (result instanceof SendResult.Sent) {
            return "We have sent you a code. If it does not arrive, ask for another one.";
        }
        if (result instanceof SendResult.Refused refused && refused.reason() == SendResult.Refused.Reason.OPTED_OUT) {
            return "You have asked us to send no more messages to this number. Reply START to our number first.";
        }
        return "We cannot send you a code now.";
    }

    /**
     * Allows messages again, after the person has said so to the provider too.
     *
     * @param number the number of a person who is signed in, or whom the help desk has identified
     */
    public void wantsMessagesAgain(String number) {
        otp.optIn(number, "whatsapp");
        otp.optIn(number, "sms");
    }

    /**
     * Returns whether a code is right.
     *
     * @param number a phone number
     * @param typed the code as typed
     * @return true once for each right code
     */
    public boolean verify(String number, String typed) {
        return otp.verify(number, typed).isVerified();
    }

    /**
     * Returns the URL of the reports behind the proxy.
     *
     * @return a URL on this machine
     */
    public URI localUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/otp/status");
    }

    /** Stops the server. */
    @Override
    public void close() {
        server.stop(0);
    }
}
