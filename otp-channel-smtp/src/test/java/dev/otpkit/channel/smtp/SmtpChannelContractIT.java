package dev.otpkit.channel.smtp;

import dev.otpkit.channel.smtp.ScriptedSmtpServer.Step;
import dev.otpkit.spi.DeliveryFailure;
import java.util.List;

class SmtpChannelContractIT extends SmtpContract {
    private static final String PASSWORD = "fake-password";

    @Override
    SmtpChannel.Builder signedIn(SmtpChannel.Builder builder) {
        return builder.credentials("user", PASSWORD);
    }

    @Override
    boolean refuse(ScriptedSmtpServer server, DeliveryFailure.Kind kind, String words) {
        switch (kind) {
            case RECIPIENT_REJECTED ->
                server.reply(Step.RCPT, "550 5.1.1 Recipient address rejected: User unknown; " + words);
            case THROTTLED -> server.reply(Step.MAIL, "550 5.4.5 Daily user sending limit exceeded. " + words);
            case MISCONFIGURED -> server.refuseRepeatingTheContent(words);
            case UNAVAILABLE -> server.reply(Step.RCPT, "450 4.2.1 Mailbox temporarily unavailable, " + words);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    protected List<String> credentials() {
        return List.of(PASSWORD);
    }
}
