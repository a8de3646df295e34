package dev.otpkit.examples.customchannel;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.channel.http.HttpCaller;
import dev.otpkit.channel.http.ProviderRequest;
import dev.otpkit.channel.http.ProviderResponse;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.net.URI;
import java.time.Duration;

/** Delivers codes by SMS through a gateway that takes a form and replies {@code OK} and an id, or an error code. */
public final class GatewayChannel implements DeliveryChannel {
    private final HttpCaller http;
    private final ProviderRequest sms;

    public GatewayChannel(URI baseUrl, String apiKey, Duration timeout) {
        http = HttpCaller.create("gateway", timeout);
        sms = ProviderRequest.post(baseUrl, "/messages").bearer(apiKey);
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String medium() {
        return "sms";
    }

    @Override
    public boolean supports(Recipient recipient) {
        return recipient instanceof PhoneNumber;
    }

    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        ProviderResponse response = http.send(
                message, sms.field("to", message.recipient().address()).field("text", message.text()));
        if (response.isSuccess() && response.body().matches("OK \\w+\\s*")) {
            return response.receipt(response.body().substring(3));
        }
        throw switch (response.status() + " " + response.body().split("\\R", 2)[0]) {
            case "400 ERROR 21" -> response.failure(Kind.RECIPIENT_REJECTED, "21", response.body());
            case "400 ERROR 22" -> response.failure(Kind.OPTED_OUT, "22", response.body());
            default -> response.failure();
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
