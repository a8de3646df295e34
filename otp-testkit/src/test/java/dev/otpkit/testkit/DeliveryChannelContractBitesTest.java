package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.EmailAddress;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Shows that each defect of a channel turns a test of the contract red, and which. */
class DeliveryChannelContractBitesTest {

    @Test
    void passesASaneChannel() {
        assertThat(ContractRun.failuresOf(SaneChannel.class)).isEmpty();
    }

    @Test
    void failsOneThatShowsTheCodeInItsFailure() {
        ContractRun.assertFails(
                CodeInFailure.class,
                "hidesCodeAddressAndCredentialsInEveryForm",
                "logsNoCodeAddressOrCredential",
                "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatRedactsLiterallyAlone() {
        ContractRun.assertFails(RedactsLiterally.class, "hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatRedactsAllButItsCredentials() {
        ContractRun.assertFails(ForgetsItsCredentials.class, "hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatRedactsAllButTheProviderCode() {
        ContractRun.assertFails(ForgetsTheProviderCode.class, "hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatLogsWhatItRedacts() {
        ContractRun.assertFails(LogsTheRefusal.class, "hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatShowsTheAddressInACause() {
        ContractRun.assertFails(AddressInCause.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatShowsACredentialInASuppressedException() {
        ContractRun.assertFails(CredentialInSuppressed.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatLogsTheTextAtTheFinestLevel() {
        ContractRun.assertFails(LogsTheText.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsTheCodeOfAMessageWithoutAnAnswer() {
        ContractRun.assertFails(LogsWhenNobodyAnswers.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatLogsToALoggerWithALevelOfItsOwn() {
        Logger own = Logger.getLogger("fake.channel");
        own.setLevel(Level.INFO);
        try {
            ContractRun.assertFails(LogsTheText.class, "logsNoCodeAddressOrCredential");
        } finally {
            own.setLevel(null);
        }
    }

    @Test
    void failsOneThatShowsTheCodeInItsReceipt() {
        ContractRun.assertFails(CodeInReceipt.class, "deliversAMessageOnce");
    }

    @Test
    void failsOneThatShowsTheLastMessageInToString() {
        ContractRun.assertFails(CodeInToString.class, "showsNoCodeAddressOrCredentialInToString");
    }

    @Test
    void failsOneThatSendsTwice() {
        ContractRun.assertFails(SendsTwice.class, "deliversAMessageOnce");
    }

    @Test
    void failsOneThatSendsNothing() {
        ContractRun.assertFails(SendsNothing.class, "deliversAMessageOnce");
    }

    @Test
    void failsOneThatTriesAgainWhenRefused() {
        ContractRun.assertFails(TriesAgain.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatSwallowsRefusals() {
        ContractRun.assertFails(
                SwallowsRefusals.class,
                "hidesCodeAddressAndCredentialsInEveryForm",
                "logsNoCodeAddressOrCredential",
                "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatThrowsSomethingElse() {
        ContractRun.assertFails(ThrowsSomethingElse.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatCallsARefusalUncertain() {
        ContractRun.assertFails(CallsRefusalsUncertain.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatNamesAnotherChannel() {
        ContractRun.assertFails(NamesAnother.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatTakesTheTextForAFormat() {
        ContractRun.assertFails(TakesTextForFormat.class, "deliversQuotesPercentSignsAndBackslashesUnharmed");
    }

    @Test
    void failsOneThatKeepsTheFirstLineAlone() {
        ContractRun.assertFails(KeepsFirstLine.class, "deliversLineEndsUnharmed");
    }

    @Test
    void failsOneThatKnowsLatinAlone() {
        ContractRun.assertFails(KnowsLatinAlone.class, "deliversEveryScriptUnharmed", "deliversLineEndsUnharmed");
    }

    @Test
    void failsOneThatSwallowsTheInterrupt() {
        ContractRun.assertFails(SwallowsInterrupt.class, "keepsTheInterruptOfItsThread");
    }

    @Test
    void failsOneThatMixesUpConcurrentMessages() {
        ContractRun.assertFails(MixesUpMessages.class, "deliversManyMessagesAtOnceEachOnce");
    }

    @Test
    void failsOneThatChangesItsName() {
        ContractRun.assertFails(ChangesItsName.class, "hasANameAndAMediumThatStayTheSame");
    }

    @Test
    void failsOneThatSupportsEveryoneUnannounced() {
        ContractRun.assertFails(SupportsEveryone.class, "tellsWhomItReaches");
    }

    @Test
    void failsOneThatBlamesTheRecipientForAProviderThatIsAway() {
        ContractRun.assertFails(BlamesTheRecipient.class, "reportsAProviderThatCanNotBeReachedAsUnavailable");
    }

    @Test
    void failsOneThatCallsSilenceAFailure() {
        ContractRun.assertFails(CallsSilenceAFailure.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    /** A channel that does all as it should; each fixture below breaks one thing. */
    static class SaneChannel extends DeliveryChannelContract {
        static final String PASSWORD = "fake-password";

        final List<Arrival> arrived = new ArrayList<>();
        boolean refusing;
        DeliveryFailure.Kind kind = DeliveryFailure.Kind.MISCONFIGURED;
        String reason = "refused";
        boolean away;
        boolean silent;

        String name() {
            return "fake";
        }

        boolean supports(Recipient recipient) {
            return recipient instanceof EmailAddress;
        }

        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (away) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "away");
            }
            if (refusing) {
                throw refusal(message);
            }
            arrive(message, message.text());
            if (silent) {
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "no answer");
            }
            return DeliveryReceipt.accepted();
        }

        DeliveryException refusal(OtpMessage message) {
            return failure(kind, message.redact(reason, PASSWORD));
        }

        final void arrive(OtpMessage message, String text) {
            synchronized (arrived) {
                arrived.add(new Arrival(message.recipient().address(), text));
            }
        }

        final DeliveryException failure(DeliveryFailure.Kind kind, String detail) {
            return new DeliveryException(DeliveryFailure.of("fake", kind, null, detail));
        }

        String describe() {
            return "fake";
        }

        @Override
        protected DeliveryChannel createChannel(Duration timeout) {
            return new DeliveryChannel() {
                @Override
                public String name() {
                    return SaneChannel.this.name();
                }

                @Override
                public String medium() {
                    return "email";
                }

                @Override
                public boolean supports(Recipient recipient) {
                    return SaneChannel.this.supports(recipient);
                }

                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    return SaneChannel.this.deliver(message);
                }

                @Override
                public String toString() {
                    return describe();
                }
            };
        }

        @Override
        protected Recipient supportedRecipient() {
            return new EmailAddress("user@example.com");
        }

        @Override
        protected List<Arrival> arrivals() {
            return arrived;
        }

        @Override
        protected boolean makeRefusing(DeliveryFailure.Kind meaning, String words) {
            refusing = true;
            kind = meaning;
            reason = words;
            return true;
        }

        @Override
        protected boolean makeUnreachable() {
            away = true;
            return true;
        }

        @Override
        protected boolean makeSilent() {
            silent = true;
            return true;
        }

        @Override
        protected void recover() {
            refusing = false;
            away = false;
            silent = false;
        }

        @Override
        protected List<String> credentials() {
            return List.of(PASSWORD);
        }
    }

    static class CodeInFailure extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                throw failure(DeliveryFailure.Kind.MISCONFIGURED, "can not send: " + message.text());
            }
            return super.deliver(message);
        }
    }

    static class RedactsLiterally extends SaneChannel {
        @Override
        DeliveryException refusal(OtpMessage message) {
            String harmless = reason.replaceAll(
                            "(?i)" + Pattern.quote(message.recipient().address()), "u•••@example.com")
                    .replace(message.code(), "••••••")
                    .replace(PASSWORD, "••••••");
            return failure(DeliveryFailure.Kind.MISCONFIGURED, harmless);
        }
    }

    static class ForgetsItsCredentials extends SaneChannel {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return failure(DeliveryFailure.Kind.MISCONFIGURED, message.redact(reason));
        }
    }

    static class ForgetsTheProviderCode extends SaneChannel {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return new DeliveryException(DeliveryFailure.of(
                    "fake", DeliveryFailure.Kind.MISCONFIGURED, reason, message.redact(reason, PASSWORD)));
        }
    }

    static class LogsTheRefusal extends SaneChannel {
        @Override
        DeliveryException refusal(OtpMessage message) {
            Logger.getLogger("fake.channel").fine(() -> "refused: " + reason);
            return super.refusal(message);
        }
    }

    static class AddressInCause extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            try {
                return super.deliver(message);
            } catch (DeliveryException e) {
                String answer = message.recipient().address().toUpperCase(message.locale());
                throw new DeliveryException(e.failure(), new IOException("failed", new IOException(answer)));
            }
        }
    }

    static class CredentialInSuppressed extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            try {
                return super.deliver(message);
            } catch (DeliveryException e) {
                e.addSuppressed(new IOException("could not close " + PASSWORD));
                throw e;
            }
        }
    }

    static class LogsTheText extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            Logger.getLogger("fake.channel").finest(message::text);
            return super.deliver(message);
        }
    }

    static class LogsWhenNobodyAnswers extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (silent) {
                Logger.getLogger("fake.channel").fine(() -> "no answer to " + message.text());
            }
            return super.deliver(message);
        }
    }

    static class CodeInReceipt extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            super.deliver(message);
            return DeliveryReceipt.of(message.text());
        }
    }

    static class CodeInToString extends SaneChannel {
        @Override
        String describe() {
            return "fake " + arrived.stream().map(Arrival::text).toList();
        }
    }

    static class SendsTwice extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            super.deliver(message);
            return super.deliver(message);
        }
    }

    static class SendsNothing extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) {
            return DeliveryReceipt.accepted();
        }
    }

    static class TriesAgain extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                arrive(message, message.text());
                arrive(message, message.text());
            }
            return super.deliver(message);
        }
    }

    static class SwallowsRefusals extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            return refusing ? DeliveryReceipt.accepted() : super.deliver(message);
        }
    }

    static class ThrowsSomethingElse extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                throw new IllegalStateException("refused");
            }
            return super.deliver(message);
        }
    }

    static class CallsRefusalsUncertain extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "who knows");
            }
            return super.deliver(message);
        }
    }

    static class NamesAnother extends SaneChannel {
        @Override
        String name() {
            return "another";
        }
    }

    static class TakesTextForFormat extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing || away || silent) {
                return super.deliver(message);
            }
            arrive(message, message.text().replace("%n", "\n"));
            return DeliveryReceipt.accepted();
        }
    }

    static class KeepsFirstLine extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing || away || silent) {
                return super.deliver(message);
            }
            arrive(message, message.text().lines().findFirst().orElseThrow());
            return DeliveryReceipt.accepted();
        }
    }

    static class KnowsLatinAlone extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing || away || silent) {
                return super.deliver(message);
            }
            byte[] latin = message.text().getBytes(StandardCharsets.ISO_8859_1);
            arrive(message, new String(latin, StandardCharsets.ISO_8859_1));
            return DeliveryReceipt.accepted();
        }
    }

    static class SwallowsInterrupt extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (Thread.interrupted()) {
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "interrupted");
            }
            return super.deliver(message);
        }
    }

    static class MixesUpMessages extends SaneChannel {
        private volatile String text = "";

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing || away || silent) {
                return super.deliver(message);
            }
            text = message.text();
            LockSupport.parkNanos(1_000_000);
            arrive(message, text);
            return DeliveryReceipt.accepted();
        }
    }

    static class ChangesItsName extends SaneChannel {
        @Override
        String name() {
            return "fake" + (arrived.isEmpty() ? "" : "2");
        }
    }

    static class SupportsEveryone extends SaneChannel {
        @Override
        boolean supports(Recipient recipient) {
            return true;
        }
    }

    static class BlamesTheRecipient extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (away) {
                throw failure(DeliveryFailure.Kind.RECIPIENT_REJECTED, "away");
            }
            return super.deliver(message);
        }
    }

    static class CallsSilenceAFailure extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (silent) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "no answer");
            }
            return super.deliver(message);
        }
    }
}
