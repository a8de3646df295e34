package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.EmailAddress;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.Deadline;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests that each defect of a channel fails a named test of the contract. */
class DeliveryChannelContractBitesTest {

    @Test
    void explainsEachOfItsTests() {
        assertThat(ContractRun.unexplainedTestsOf(DeliveryChannelContract.class))
                .isEmpty();
    }

    @Test
    void passesASaneChannel() {
        assertThat(ContractRun.failuresOf(SaneChannel.class)).isEmpty();
        assertThat(ContractRun.failuresOf(SaneSms.class)).isEmpty();
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
        ContractRun.assertFails(BlamesTheRecipient.class, "reportsAProviderThatCannotBeReachedAsUnavailable");
    }

    @Test
    void failsOneThatCallsSilenceAFailure() {
        ContractRun.assertFails(CallsSilenceAFailure.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatLogsTheFormBySlf4j() {
        ContractRun.assertFails(LogsTheFormBySlf4j.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsTheFormBySlf4jInItsFluentWay() {
        ContractRun.assertFails(LogsTheFormAtTrace.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsTheNumberWithBlanks() {
        ContractRun.assertFails(LogsTheEncodedNumber.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatLogsItsPasswordInBase64() {
        ContractRun.assertFails(LogsItsLogin.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatPrintsTheText() {
        ContractRun.assertFails(PrintsTheText.class, "logsNoCodeAddressOrCredential");
    }

    @Test
    void failsOneThatPrintsItsFailure() {
        ContractRun.assertFails(PrintsTheFailure.class, "logsNoCodeAddressOrCredential", "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatShowsACredentialInBase64InItsFailure() {
        ContractRun.assertFails(CredentialInBase64.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatShowsTheNumberWithBlanksInItsFailure() {
        ContractRun.assertFails(NumberWithBlanks.class, "reportsARefusalAsAFailure");
    }

    @Test
    void failsOneThatShowsACredentialInToString() {
        ContractRun.assertFails(CredentialInToString.class, "showsNoCodeAddressOrCredentialInToString");
    }

    @Test
    void failsOneThatPutsTwoZerosInFrontOfANumber() {
        ContractRun.assertFails(PutsZerosInFront.class, "deliversToTheRecipientOfTheMessage");
    }

    @Test
    void failsOneThatCutsLongNumbers() {
        ContractRun.assertFails(CutsNumbers.class, "deliversToTheRecipientOfTheMessage");
    }

    @Test
    void failsOneThatSendsEverythingToTheFirstNumber() {
        ContractRun.assertFails(KeepsTheFirstNumber.class, "deliversToTheRecipientOfTheMessage");
    }

    @Test
    void failsOneThatDropsAZeroOfANumber() {
        ContractRun.assertFails(TakesNumbersForLongs.class, "deliversToTheRecipientOfTheMessage");
    }

    @Test
    void failsOneThatMixesUpConcurrentNumbers() {
        ContractRun.assertFails(KeepsTheNumberInAField.class, "deliversManyMessagesAtOnceEachOnce");
    }

    @Test
    void failsOneThatCallsAnInterruptUnavailable() {
        ContractRun.assertFails(CallsInterruptUnavailable.class, "endsSoonWhenItsThreadIsInterrupted");
    }

    @Test
    void failsOneThatNoticesAnInterruptAtItsTimeOut() {
        ContractRun.assertFails(SleepsOn.class, "endsSoonWhenItsThreadIsInterrupted");
    }

    @Test
    void failsOneThatForgetsTheInterruptAmidADelivery() {
        ContractRun.assertFails(ForgetsTheFlag.class, "endsSoonWhenItsThreadIsInterrupted");
    }

    @Test
    void failsOneThatWaitsLongerThanItsTimeOut() {
        ContractRun.assertFails(WaitsForEver.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatWaitsLongerThanTheDeadlineOfAMessage() {
        ContractRun.assertFails(WaitsBeyondTheDeadline.class, "endsByTheDeadlineOfTheMessage");
    }

    @Test
    void failsOneThatCallsADeadlineUnavailable() {
        ContractRun.assertFails(CallsADeadlineUnavailable.class, "endsByTheDeadlineOfTheMessage");
    }

    @Test
    void failsOneThatSupportsNoNumberOfAmerica() {
        ContractRun.assertFails(KnowsNoAmerica.class, "reachesEveryKindOfRecipient");
    }

    @Test
    void failsOneThatAsksItsProviderWhomItReaches() {
        ContractRun.assertFails(SupportsNobodyWhenAway.class, "knowsWhomItReachesWithoutItsProvider");
    }

    @Test
    void failsOneThatCallsARefusedNumberMisconfigured() {
        ContractRun.assertFails(BlamesItself.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatCallsARefusedNumberOptedOut() {
        ContractRun.assertFails(BlamesTheUnwilling.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatCallsAnOptOutARejection() {
        ContractRun.assertFails(GoesOnAfterStop.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatCallsAWrongPasswordUnavailable() {
        ContractRun.assertFails(HidesAWrongPassword.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatCallsAThrottleUnavailable() {
        ContractRun.assertFails(KnowsNoThrottle.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatCallsAnOutageMisconfigured() {
        ContractRun.assertFails(BlamesTheOperator.class, "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatWritesDigitsOfTheDefaultLocale() {
        ContractRun.assertFails(FormatsNumbers.class, "worksAlikeInEveryLocale");
    }

    @Test
    void failsOneThatWritesTheCodeInDigitsOfTheDefaultLocale() {
        ContractRun.assertFails(FormatsCodes.class, "worksAlikeInEveryLocale");
    }

    @Test
    void failsOneThatReadsRefusalsInTheDefaultLocale() {
        ContractRun.assertFails(ReadsWordsInTheDefaultLocale.class, "worksAlikeInEveryLocale");
    }

    @Test
    void failsOneThatLowersLetters() {
        ContractRun.assertFails(LowersLetters.class, "deliversLettersOfBothCasesAndBlanksUnharmed");
    }

    @Test
    void failsOneThatStripsTexts() {
        ContractRun.assertFails(StripsTexts.class, "deliversLettersOfBothCasesAndBlanksUnharmed");
    }

    @Test
    void failsOneThatCollapsesBlanks() {
        ContractRun.assertFails(CollapsesBlanks.class, "deliversLettersOfBothCasesAndBlanksUnharmed");
    }

    @Test
    void failsOneThatAppendsWordsOfItsOwn() {
        ContractRun.assertFails(AppendsWords.class, "deliversLettersOfBothCasesAndBlanksUnharmed");
    }

    @Test
    void failsOneThatComposesLetters() {
        ContractRun.assertFails(ComposesLetters.class, "deliversEveryScriptUnharmed");
    }

    @Test
    void failsOneThatCutsTextsAt160() {
        ContractRun.assertFails(CutsAt160.class, "deliversALongTextWhole");
    }

    @Test
    void failsOneThatCutsTextsAtTwoSegments() {
        ContractRun.assertFails(CutsAt306.class, "deliversALongTextWhole");
    }

    @Test
    void failsOneThatDropsTheSameMessageTheSecondTime() {
        ContractRun.assertFails(DropsRepeats.class, "deliversTheSameMessageAgain");
    }

    @Test
    void failsOneThatDropsAResendOfACode() {
        ContractRun.assertFails(DropsTheSameCode.class, "deliversTheSameMessageAgain");
    }

    @Test
    void failsOneThatFailsAfterAHundredMessages() {
        ContractRun.assertFails(FailsAfterAHundred.class, "goesOnAfterMoreThanAHundredMessages");
    }

    @Test
    void failsOneThatLosesAConnectionWithEachRefusal() {
        ContractRun.assertFails(LosesAConnectionPerRefusal.class, "goesOnAfterMoreThanAHundredRefusals");
    }

    @Test
    void failsOneThatStaysBrokenAfterARefusal() {
        ContractRun.assertFails(StaysRefused.class, "deliversAgainAfterEachRefusal");
    }

    @Test
    void failsOneThatStaysBrokenAfterItsProviderWasAway() {
        ContractRun.assertFails(StaysAway.class, "deliversAgainAfterTheProviderWasAway");
    }

    @Test
    void failsOneThatStaysBrokenAfterATimeOut() {
        ContractRun.assertFails(StaysSilent.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatIsNeverRefused() {
        ContractRun.assertFails(NeverRefuses.class, "reportsARefusalAsAFailure", "reportsEachRefusalAsWhatItMeans");
    }

    /** A correct channel; each fixture below breaks one part of it. */
    static class SaneChannel extends DeliveryChannelContract {
        static final String PASSWORD = "fake-password";

        final List<Arrival> arrived = new ArrayList<>();
        volatile Duration timeout = Duration.ZERO;
        volatile Deadline deadline = Deadline.none();
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
            arrive(message, text(message));
            if (silent) {
                deadline = message.deadline();
                awaitResponse();
            }
            return DeliveryReceipt.accepted();
        }

        void awaitResponse() throws DeliveryException {
            try {
                Thread.sleep(deadline.atMost(timeout).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "interrupted");
            }
            throw failure(DeliveryFailure.Kind.UNCERTAIN, "no response");
        }

        DeliveryException refusal(OtpMessage message) {
            return failure(kind, message.redact(reason, PASSWORD));
        }

        final void arrive(OtpMessage message, String text) {
            Arrival arrival = new Arrival(number(message), text);
            synchronized (arrived) {
                arrived.add(arrival);
            }
        }

        final DeliveryException failure(DeliveryFailure.Kind kind, String detail) {
            return new DeliveryException(DeliveryFailure.of("fake", kind, null, detail));
        }

        String number(OtpMessage message) {
            return message.recipient().address();
        }

        String text(OtpMessage message) {
            return message.text();
        }

        String describe() {
            return "fake";
        }

        @Override
        protected DeliveryChannel createChannel(Duration limit) {
            timeout = limit;
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
            synchronized (arrived) {
                return List.copyOf(arrived);
            }
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

    /** The same for phone numbers. */
    static class SaneSms extends SaneChannel {
        @Override
        boolean supports(Recipient recipient) {
            return recipient instanceof PhoneNumber;
        }

        @Override
        protected Recipient supportedRecipient() {
            return new PhoneNumber("+966501234567");
        }
    }

    static class CodeInFailure extends SaneChannel {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                throw failure(DeliveryFailure.Kind.MISCONFIGURED, "cannot send: " + message.text());
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
                String text = message.recipient().address().toUpperCase(message.locale());
                throw new DeliveryException(e.failure(), new IOException("failed", new IOException(text)));
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
                Logger.getLogger("fake.channel").fine(() -> "no response to " + message.text());
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
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "no response");
            }
            return super.deliver(message);
        }
    }

    static class LogsTheFormBySlf4j extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            LoggerFactory.getLogger("fake.channel").debug("form: to={}&text={}", "somewhere", message.text());
            return super.deliver(message);
        }
    }

    static class LogsTheFormAtTrace extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            LoggerFactory.getLogger("fake.channel")
                    .atTrace()
                    .addKeyValue("text", message.text())
                    .log("sent");
            return super.deliver(message);
        }
    }

    static class LogsTheEncodedNumber extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            LoggerFactory.getLogger("fake.channel")
                    .info("sending to {}", message.recipient().address().replaceFirst("(....)(..)(...)", "$1 $2 $3 "));
            return super.deliver(message);
        }
    }

    static class LogsItsLogin extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            LoggerFactory.getLogger("fake.channel")
                    .debug(
                            "Authorization: Basic {}",
                            Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
            return super.deliver(message);
        }
    }

    static class PrintsTheText extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            System.out.println(message.text());
            return super.deliver(message);
        }
    }

    static class PrintsTheFailure extends SaneSms {
        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (refusing) {
                new IOException("refused: " + message.text()).printStackTrace();
            }
            return super.deliver(message);
        }
    }

    static class CredentialInBase64 extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            String pair = Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            return failure(kind, "refused: Authorization: Basic " + pair);
        }
    }

    static class NumberWithBlanks extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return failure(kind, "refused: " + message.recipient().address().replaceAll("(...)", "$1 "));
        }
    }

    static class CredentialInToString extends SaneChannel {
        @Override
        String describe() {
            return "fake?user=acme&password=" + PASSWORD;
        }
    }

    static class PutsZerosInFront extends SaneSms {
        @Override
        String number(OtpMessage message) {
            return "00" + message.recipient().address().substring(1);
        }
    }

    static class CutsNumbers extends SaneSms {
        @Override
        String number(OtpMessage message) {
            String address = message.recipient().address();
            return address.substring(0, Math.min(13, address.length()));
        }
    }

    static class KeepsTheFirstNumber extends SaneSms {
        private String first = "";

        @Override
        String number(OtpMessage message) {
            if (first.isEmpty()) {
                first = message.recipient().address();
            }
            return first;
        }
    }

    static class TakesNumbersForLongs extends SaneSms {
        @Override
        String number(OtpMessage message) {
            return message.recipient().address().replaceFirst("^\\+390", "+39");
        }
    }

    static class KeepsTheNumberInAField extends SaneSms {
        private volatile String number = "";

        @Override
        String number(OtpMessage message) {
            number = message.recipient().address();
            LockSupport.parkNanos(1_000_000);
            return number;
        }
    }

    static class CallsInterruptUnavailable extends SaneSms {
        @Override
        void awaitResponse() throws DeliveryException {
            try {
                Thread.sleep(timeout.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "interrupted");
            }
            super.awaitResponse();
        }
    }

    static class SleepsOn extends SaneSms {
        @Override
        Duration patience() {
            return Duration.ofSeconds(1);
        }

        @Override
        void awaitResponse() throws DeliveryException {
            long end = System.nanoTime() + timeout.toNanos();
            boolean interrupted = false;
            while (System.nanoTime() < end) {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw failure(DeliveryFailure.Kind.UNCERTAIN, "no response");
        }
    }

    static class ForgetsTheFlag extends SaneSms {
        @Override
        void awaitResponse() throws DeliveryException {
            try {
                super.awaitResponse();
            } finally {
                Thread.interrupted();
            }
        }
    }

    static class WaitsForEver extends SaneSms {
        @Override
        Duration patience() {
            return Duration.ofSeconds(1);
        }

        @Override
        void awaitResponse() throws DeliveryException {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw failure(DeliveryFailure.Kind.UNCERTAIN, "no response");
        }
    }

    static class WaitsBeyondTheDeadline extends SaneSms {
        @Override
        Duration patience() {
            return Duration.ofSeconds(1);
        }

        @Override
        void awaitResponse() throws DeliveryException {
            deadline = Deadline.none();
            super.awaitResponse();
        }
    }

    static class CallsADeadlineUnavailable extends SaneSms {
        @Override
        void awaitResponse() throws DeliveryException {
            try {
                super.awaitResponse();
            } catch (DeliveryException e) {
                boolean late = deadline.remaining().compareTo(Duration.ofMillis(50)) < 0;
                throw late ? failure(DeliveryFailure.Kind.UNAVAILABLE, "no time left") : e;
            }
        }
    }

    static class KnowsNoAmerica extends SaneSms {
        @Override
        boolean supports(Recipient recipient) {
            return super.supports(recipient) && !recipient.address().startsWith("+1");
        }
    }

    static class SupportsNobodyWhenAway extends SaneSms {
        @Override
        boolean supports(Recipient recipient) {
            return super.supports(recipient) && !away;
        }
    }

    static class BlamesItself extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.RECIPIENT_REJECTED
                    ? failure(DeliveryFailure.Kind.MISCONFIGURED, "refused")
                    : super.refusal(message);
        }
    }

    static class BlamesTheUnwilling extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.RECIPIENT_REJECTED
                    ? failure(DeliveryFailure.Kind.OPTED_OUT, "refused")
                    : super.refusal(message);
        }
    }

    static class GoesOnAfterStop extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.OPTED_OUT
                    ? failure(DeliveryFailure.Kind.RECIPIENT_REJECTED, "refused")
                    : super.refusal(message);
        }
    }

    static class HidesAWrongPassword extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.MISCONFIGURED
                    ? failure(DeliveryFailure.Kind.UNAVAILABLE, "refused")
                    : super.refusal(message);
        }
    }

    static class KnowsNoThrottle extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.THROTTLED
                    ? failure(DeliveryFailure.Kind.UNAVAILABLE, "refused")
                    : super.refusal(message);
        }
    }

    static class BlamesTheOperator extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            return kind == DeliveryFailure.Kind.UNAVAILABLE
                    ? failure(DeliveryFailure.Kind.MISCONFIGURED, "refused")
                    : super.refusal(message);
        }
    }

    static class FormatsNumbers extends SaneSms {
        @Override
        String number(OtpMessage message) {
            return "+"
                    + String.format(
                            "%d", Long.parseLong(message.recipient().address().substring(1)));
        }
    }

    static class FormatsCodes extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().replace(message.code(), String.format("%08d", Long.parseLong(message.code())));
        }
    }

    static class ReadsWordsInTheDefaultLocale extends SaneSms {
        @Override
        DeliveryException refusal(OtpMessage message) {
            boolean known = "invalid".toUpperCase(Locale.getDefault()).equals("INVALID");
            return known ? super.refusal(message) : failure(DeliveryFailure.Kind.UNCERTAIN, "what?");
        }
    }

    static class LowersLetters extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().toLowerCase(Locale.ROOT);
        }
    }

    static class StripsTexts extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().strip();
        }
    }

    static class CollapsesBlanks extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().replaceAll(" +", " ");
        }
    }

    static class AppendsWords extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text() + " Sent by Fake.";
        }
    }

    static class ComposesLetters extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return Normalizer.normalize(message.text(), Normalizer.Form.NFC);
        }
    }

    static class CutsAt160 extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().substring(0, Math.min(160, message.text().length()));
        }
    }

    static class CutsAt306 extends SaneSms {
        @Override
        String text(OtpMessage message) {
            return message.text().substring(0, Math.min(306, message.text().length()));
        }
    }

    static class DropsRepeats extends SaneSms {
        private final Set<OtpMessage> seen = ConcurrentHashMap.newKeySet();

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            return seen.add(message) ? super.deliver(message) : DeliveryReceipt.accepted();
        }
    }

    static class DropsTheSameCode extends SaneSms {
        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            return seen.add(message.recipient().address() + message.code())
                    ? super.deliver(message)
                    : DeliveryReceipt.accepted();
        }
    }

    static class FailsAfterAHundred extends SaneSms {
        private final AtomicInteger delivered = new AtomicInteger();

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (delivered.incrementAndGet() > 100) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "no connection is left");
            }
            return super.deliver(message);
        }
    }

    static class LosesAConnectionPerRefusal extends SaneSms {
        private final Semaphore connections = new Semaphore(50);

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (!connections.tryAcquire()) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "no connection is left");
            }
            DeliveryReceipt receipt = super.deliver(message);
            connections.release();
            return receipt;
        }
    }

    static class StaysRefused extends SaneSms {
        private boolean broken;

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (broken) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "closed");
            }
            try {
                return super.deliver(message);
            } catch (DeliveryException e) {
                broken = refusing;
                throw e;
            }
        }
    }

    static class StaysAway extends SaneSms {
        private boolean broken;

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (broken) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "closed");
            }
            try {
                return super.deliver(message);
            } catch (DeliveryException e) {
                broken = away;
                throw e;
            }
        }
    }

    static class StaysSilent extends SaneSms {
        private boolean broken;

        @Override
        DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            if (broken) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "closed");
            }
            try {
                return super.deliver(message);
            } catch (DeliveryException e) {
                broken = silent;
                throw e;
            }
        }
    }

    static class NeverRefuses extends SaneSms {
        @Override
        protected boolean makeRefusing(DeliveryFailure.Kind meaning, String words) {
            return false;
        }
    }
}
