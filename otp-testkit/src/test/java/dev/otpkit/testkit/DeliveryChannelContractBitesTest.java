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
        assertThat(ContractRun.failuresOf(CodeInFailure.class))
                .containsExactly(
                        "hidesCodeAddressAndCredentialsInEveryForm",
                        "logsNoCodeAddressOrCredential",
                        "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatRedactsLiterallyAlone() {
        assertThat(ContractRun.failuresOf(RedactsLiterally.class))
                .containsExactly("hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatRedactsAllButItsCredentials() {
        assertThat(ContractRun.failuresOf(ForgetsItsCredentials.class))
                .containsExactly("hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatRedactsAllButTheProviderCode() {
        assertThat(ContractRun.failuresOf(ForgetsTheProviderCode.class))
                .containsExactly("hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatLogsWhatItRedacts() {
        assertThat(ContractRun.failuresOf(LogsTheRefusal.class))
                .containsExactly("hidesCodeAddressAndCredentialsInEveryForm");
    }

    @Test
    void failsOneThatShowsTheAddressInACause() {
        assertThat(ContractRun.failuresOf(AddressInCause.class)).contains("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatShowsACredentialInASuppressedException() {
        assertThat(ContractRun.failuresOf(CredentialInSuppressed.class)).contains("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatLogsTheTextAtTheFinestLevel() {
        assertThat(ContractRun.failuresOf(LogsTheText.class)).contains("logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsTheAddressElsewhere() {
        assertThat(ContractRun.failuresOf(LogsElsewhere.class)).contains("logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsTheCodeOfAMessageWithoutAnAnswer() {
        assertThat(ContractRun.failuresOf(LogsWhenNobodyAnswers.class))
                .containsExactly("reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatLogsToALoggerWithALevelOfItsOwn() {
        Logger own = Logger.getLogger("fake.channel");
        own.setLevel(Level.INFO);
        try {
            assertThat(ContractRun.failuresOf(LogsTheText.class)).contains("logsNoCodeAddressOrCredential");
        } finally {
            own.setLevel(null);
        }
    }

    @Test
    void failsOneThatShowsTheCodeInItsReceipt() {
        assertThat(ContractRun.failuresOf(CodeInReceipt.class)).containsExactly("deliversAMessageOnce");
    }

    @Test
    void failsOneThatShowsTheLastMessageInToString() {
        assertThat(ContractRun.failuresOf(CodeInToString.class))
                .containsExactly("showsNoCodeAddressOrCredentialInToString");
    }

    @Test
    void failsOneThatSendsTwice() {
        assertThat(ContractRun.failuresOf(SendsTwice.class)).contains("deliversAMessageOnce");
    }

    @Test
    void failsOneThatSendsNothing() {
        assertThat(ContractRun.failuresOf(SendsNothing.class)).contains("deliversAMessageOnce");
    }

    @Test
    void failsOneThatTriesAgainWhenRefused() {
        assertThat(ContractRun.failuresOf(TriesAgain.class)).containsExactly("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatSwallowsRefusals() {
        assertThat(ContractRun.failuresOf(SwallowsRefusals.class))
                .containsExactly(
                        "hidesCodeAddressAndCredentialsInEveryForm",
                        "logsNoCodeAddressOrCredential",
                        "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatThrowsSomethingElse() {
        assertThat(ContractRun.failuresOf(ThrowsSomethingElse.class)).contains("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatCallsARefusalUncertain() {
        assertThat(ContractRun.failuresOf(CallsRefusalsUncertain.class)).containsExactly("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatNamesAnotherChannel() {
        assertThat(ContractRun.failuresOf(NamesAnother.class)).contains("reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatTakesTheTextForAFormat() {
        assertThat(ContractRun.failuresOf(TakesTextForFormat.class))
                .containsExactly("deliversQuotesPercentSignsAndBackslashesUnharmed");
    }

    @Test
    void failsOneThatKeepsTheFirstLineAlone() {
        assertThat(ContractRun.failuresOf(KeepsFirstLine.class)).containsExactly("deliversLineEndsUnharmed");
    }

    @Test
    void failsOneThatKnowsLatinAlone() {
        assertThat(ContractRun.failuresOf(KnowsLatinAlone.class))
                .containsExactly("deliversEveryScriptUnharmed", "deliversLineEndsUnharmed");
    }

    @Test
    void failsOneThatSwallowsTheInterrupt() {
        assertThat(ContractRun.failuresOf(SwallowsInterrupt.class)).containsExactly("keepsTheInterruptOfItsThread");
    }

    @Test
    void failsOneThatMixesUpConcurrentMessages() {
        assertThat(ContractRun.failuresOf(MixesUpMessages.class)).containsExactly("deliversManyMessagesAtOnceEachOnce");
    }

    @Test
    void failsOneThatChangesItsName() {
        assertThat(ContractRun.failuresOf(ChangesItsName.class)).contains("hasANameAndAMediumThatStayTheSame");
    }

    @Test
    void failsOneThatSupportsEveryoneUnannounced() {
        assertThat(ContractRun.failuresOf(SupportsEveryone.class)).containsExactly("tellsWhomItReaches");
    }

    @Test
    void failsOneThatBlamesTheRecipientForAProviderThatIsAway() {
        assertThat(ContractRun.failuresOf(BlamesTheRecipient.class))
                .containsExactly("reportsAProviderThatCanNotBeReachedAsUnavailable");
    }

    @Test
    void failsOneThatCallsSilenceAFailure() {
        assertThat(ContractRun.failuresOf(CallsSilenceAFailure.class))
                .containsExactly("reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    /** A channel that does all as it should; each fixture below breaks one thing. */
    static class SaneChannel extends DeliveryChannelContract {
        static final String PASSWORD = "fake-password";

        final List<String> arrived = new ArrayList<>();
        boolean refusing;
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
            arrive(message.text());
            if (silent) {
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "no answer");
            }
            return DeliveryReceipt.accepted();
        }

        DeliveryException refusal(OtpMessage message) {
            return failure(DeliveryFailure.Kind.MISCONFIGURED, message.redact(reason, PASSWORD));
        }

        final void arrive(String text) {
            synchronized (arrived) {
                arrived.add(text);
            }
        }

        final DeliveryException failure(DeliveryFailure.Kind kind, String detail) {
            return new DeliveryException(DeliveryFailure.of("fake", kind, null, detail));
        }

        String describe() {
            return "fake";
        }

        @Override
        protected DeliveryChannel createChannel() {
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
        protected List<String> deliveredTexts() {
            return arrived;
        }

        @Override
        protected void makeRefusing() {
            refusing = true;
        }

        @Override
        protected boolean makeRefusingWith(String words) {
            refusing = true;
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

    static class LogsElsewhere extends SaneChannel {
        @Override
        protected List<String> loggedTexts() {
            return List.of("sending to " + supportedRecipient().address());
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
            return "fake " + arrived;
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
                arrive(message.text());
                arrive(message.text());
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
            arrive(message.text().replace("%n", "\n"));
            return DeliveryReceipt.accepted();
        }
    }

    static class KeepsFirstLine extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing || away || silent) {
                return super.deliver(message);
            }
            arrive(message.text().lines().findFirst().orElseThrow());
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
            arrive(new String(latin, StandardCharsets.ISO_8859_1));
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
            arrive(text);
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
