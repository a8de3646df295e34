package dev.otpkit.examples.cli;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends a code and asks for it until it is verified or void; the exit code reports the outcome. The code lives in the
 * memory of this process, so that no code can be verified after its end, by Ctrl-C either.
 */
@Command(
        name = "send",
        sortOptions = false,
        description = {
            "Sends a code, asks for it and verifies it.",
            "Accounts come from the environment: SMS_USERNAME … for mShastra, TWILIO_ACCOUNT_SID … for Twilio, "
                    + "EMAIL_HOST_USER … for Gmail and, with EMAIL_HOST, for another mail server, "
                    + "EMAIL_REFRESH_TOKEN … for the Gmail API."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:verified",
            "1:not verified: too many wrong codes, expired, or the input ended",
            "2:invalid arguments or environment; nothing was sent",
            "3:refused: invalid address, no channel for it, or a limit; nothing was sent",
            "4:undelivered: every channel failed",
            "5:another failure",
            "130:interrupted; a code that was sent is void"
        })
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // Fields are set, and looked at, by picocli.
final class SendCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "ADDRESS",
            description = "A phone number, in any usual spelling, or an email address.")
    private String to;

    @Option(
            names = "--via",
            split = ",",
            paramLabel = "CHANNEL",
            description = "Channels, in this order: sms, whatsapp, email, or a channel's name. All by default.")
    private List<String> via = List.of();

    @Option(
            names = "--region",
            paramLabel = "REGION",
            defaultValue = "SA",
            description = "Region of a number without a country code; ${DEFAULT-VALUE} by default.")
    private String region;

    @Option(names = "--locale", paramLabel = "TAG", defaultValue = "en", description = "Language of the message.")
    private String locale;

    @Option(names = "--app", paramLabel = "NAME", defaultValue = "OTP Kit", description = "Name in the message.")
    private String app;

    @Option(names = "--length", paramLabel = "N", defaultValue = "6", description = "Length of the code, 4 to 12.")
    private int length;

    @Option(
            names = "--expiry",
            paramLabel = "DURATION",
            defaultValue = "PT5M",
            description = "Lifetime of the code, such as PT5M; at most a day.")
    private Duration expiry;

    @Option(names = "--dev", description = "Sends nothing and shows the code; needs no account.")
    private boolean dev;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<DeliveryChannel> channels = dev ? List.of() : EnvironmentChannels.of(terminal.environment());
        try (CaffeineOtpStore store = CaffeineOtpStore.create()) {
            if (!dev && channels.isEmpty()) {
                throw new IllegalArgumentException("the environment has no account: see --help, or use --dev");
            }
            OtpManager.Builder builder = OtpManager.builder()
                    .appName(app)
                    .store(store)
                    .defaultRegion(region)
                    .policy(OtpPolicy.builder().length(length).expiry(expiry).build())
                    .developmentMode(dev);
            channels.forEach(builder::channel);
            return sendAndVerify(builder.build());
        } finally {
            channels.forEach(DeliveryChannel::close);
        }
    }

    private int sendAndVerify(OtpManager otp) throws IOException {
        SendResult result =
                otp.send(OtpRequest.to(to).via(via.toArray(String[]::new)).locale(Locale.forLanguageTag(locale)));
        if (result instanceof SendResult.Sent sent) {
            say((sent.confirmed() ? "sent to " : "perhaps sent to ") + sent.recipient() + " over " + sent.channel()
                    + ", valid until " + sent.expiresAt());
            sent.developmentCode().ifPresent(code -> say("the code is " + code + " (development mode)"));
            return ask(otp, sent.challengeId());
        }
        if (result instanceof SendResult.Undelivered undelivered) {
            undelivered
                    .failures()
                    .forEach(failure -> say("not delivered over " + failure.channel() + ": "
                            + failure.kind()
                            + failure.providerCode().map(code -> " " + code).orElse("") + ", "
                            + failure.detail()));
            return ExitCodes.UNDELIVERED;
        }
        say(result instanceof SendResult.Refused refused ? "refused: " + refused.reason() : "not sent");
        return ExitCodes.REFUSED;
    }

    /** Asks until the code is verified or can no longer be verified. */
    private int ask(OtpManager otp, String challengeId) throws IOException {
        while (true) {
            terminal.out().print("code: ");
            terminal.out().flush();
            String typed = terminal.in().readLine();
            if (typed == null) {
                say("");
                say("not verified: the input ended");
                return ExitCodes.NOT_VERIFIED;
            }
            VerifyResult result = otp.verify(VerifyRequest.ofChallenge(challengeId, typed));
            if (result instanceof VerifyResult.Verified verified) {
                say("verified: " + verified.recipient() + " received the code");
                return ExitCodes.VERIFIED;
            }
            if (!(result instanceof VerifyResult.Rejected rejected) || !mayBeRepeated(rejected)) {
                say("not verified: " + reason(result));
                return ExitCodes.NOT_VERIFIED;
            }
            say("wrong: " + reason(result)
                    + (rejected.attemptsLeft().isPresent()
                            ? ", attempts left: " + rejected.attemptsLeft().getAsInt()
                            : ""));
        }
    }

    private static boolean mayBeRepeated(VerifyResult.Rejected rejected) {
        return switch (rejected.reason()) {
            case MALFORMED_CODE -> true;
            case WRONG_CODE -> rejected.attemptsLeft().orElse(0) > 0;
            default -> false;
        };
    }

    private static String reason(VerifyResult result) {
        return result instanceof VerifyResult.Rejected rejected
                ? rejected.reason().toString()
                : "unknown outcome";
    }

    private void say(String line) {
        terminal.out().println(line);
    }
}
