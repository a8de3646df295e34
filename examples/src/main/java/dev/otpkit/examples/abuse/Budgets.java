package dev.otpkit.examples.abuse;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.RateLimit;
import dev.otpkit.SendResult;
import dev.otpkit.TrafficLimits;
import dev.otpkit.spi.DeliveryChannel;
import java.time.Duration;

/** Sends codes within budgets for all recipients together. Thread-safe. */
public final class Budgets {
    private final OtpManager otp;

    /**
     * Creates a manager with budgets.
     *
     * @param settings with secret and store, the same for all nodes
     * @param sms the channel that costs money
     * @param alarms receives the budgets that are exceeded
     * @param mode the effect of too many unverified sends
     */
    public Budgets(OtpManager.Builder settings, DeliveryChannel sms, TrafficAlarms alarms, TrafficLimits.Mode mode) {
        TrafficLimits limits = TrafficLimits.builder()
                .inAll(RateLimit.of(20_000, Duration.ofDays(1)))
                .perCountry(RateLimit.of(200, Duration.ofDays(1)))
                .country("SA", RateLimit.of(10_000, Duration.ofDays(1)))
                .country("AE", RateLimit.of(5_000, Duration.ofDays(1)))
                .perPrefix(RateLimit.of(20, Duration.ofHours(1)))
                .perClient(RateLimit.of(20, Duration.ofHours(1)))
                .countriesPerClient()
                .conversion(mode)
                .exemptVerified(true)
                .build();
        otp = settings.appName("Acme")
                .channel(sms)
                .trafficLimits(limits)
                .listener(alarms)
                .build();
    }

    /**
     * Sends a code.
     *
     * @param typed the phone number as typed
     * @param client the IP address of the request
     * @return the text for the person
     */
    public String askForCode(String typed, String client) {
        SendResult result = otp.send(OtpRequest.to(typed).clientAddress(client));
        if (result.isSent()) {
            return "A code is on its way.";
        }
        if (result instanceof SendResult.Refused refused
                && refused.reason() == SendResult.Refused.Reason.TRAFFIC_LIMITED) {
            return "We cannot send an SMS at the moment. Please sign in by email.";
        }
        return "We cannot send a code now. Please try again later.";
    }
}
