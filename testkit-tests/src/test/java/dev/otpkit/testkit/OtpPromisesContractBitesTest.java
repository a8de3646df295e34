package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import dev.otpkit.testkit.OtpStoreContractBitesTest.SaneStore;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that each defect of a store fails a named test of the promises. */
class OtpPromisesContractBitesTest {

    @Test
    void explainsEveryFailure() {
        assertThat(ContractRun.unexplainedTestsOf(OtpPromisesContract.class)).isEmpty();
    }

    @Test
    void passesASaneStore() {
        assertThat(ContractRun.failuresOf(OnASaneStore.class)).isEmpty();
    }

    @Test
    void failsOneThatReadsThenWrites() {
        ContractRun.assertFails(
                OnReadsThenWrites.class,
                "acceptsACodeOnlyOnce",
                "acceptsNoGuessAtADecoyNotEvenItsCode",
                "comparesAtMostMaxAttemptsOfAThousandParallelGuesses",
                "parallelChallengesShareOneFailureBudget",
                "limitsHoldForSendsAtTheSameMoment",
                "aCooldownHoldsForSendsAtTheSameMoment",
                "nothingIsLeftOfARecipientThatIsForgotten",
                "aSendThatRacesWithTheRemovalOfItsRecipientBringsNothingBack",
                "aDecoyAndARealSendAtTheSameMomentLeaveOneOfThemPending",
                "aReportThatRacesWithItsCodeNeitherRevivesNorWithdrawsIt",
                "countsEverySendThatRacesWithReports");
    }

    @Test
    void failsOneThatCallsItSuccessIfTheUpdateIsThereAlready() {
        ContractRun.assertFails(
                OnSucceedsIfUpdateIsThere.class,
                "acceptsACodeOnlyOnce",
                "comparesAtMostMaxAttemptsOfAThousandParallelGuesses");
    }

    @Test
    void failsOneThatIgnoresWhatIsExpected() {
        ContractRun.assertFails(OnIgnoresExpected.class, "comparesAtMostMaxAttemptsOfAThousandParallelGuesses");
    }

    @Test
    void failsOneThatMixesUpRecipients() {
        ContractRun.assertFails(
                OnOneRecordForAll.class, "keepsManyRecipientsApart", "answersTheSameToADecoyAsToARealSend");
    }

    @Test
    void failsOneWhoseCounterLosesAdditions() {
        ContractRun.assertFails(
                OnCounterReadsThenWrites.class,
                "holdsAClientToItsLimit",
                "holdsTrafficToItsBudgetsWhereManySendAtOnce",
                "holdsSendsThatNobodyVerifiesToTheirThresholdAndCreditsACodeOnce",
                "holdsAClientToItsCountries");
    }

    @Test
    void failsOneThatTheCallersTransactionRollsBack() {
        ContractRun.assertFails(OnRollsBack.class, "aFailedGuessCountsWhateverTheCallersTransactionDoes");
    }

    @Test
    void failsOneThatDropsWritesSilently() {
        ContractRun.assertFails(
                OnDropsWrites.class,
                "acceptsACodeOnlyOnce",
                "acceptsACodeUntilItExpires",
                "aResendRestoresNoAttempts",
                "theStatusHasTheMomentsAndTheNumbersOfTheNextResults",
                "aCodeWorksForItsDetailsAlone",
                "sendsOverTheNextChannelAfterAReportToAnyNode",
                "anOptOutSurvivesEverythingButOptIn",
                "theUsedMessageIsFedBackOverAnyNode");
    }

    @Test
    void failsOneThatDropsRemovals() {
        ContractRun.assertFails(OnDropsRemovals.class, "nothingIsLeftOfARecipientThatIsForgotten");
    }

    @Test
    void failsOneWhoseCounterBecomesNegative() {
        ContractRun.assertFails(OnBecomesNegative.class, "theCountersOfAMailboxAreForgottenWithIt");
    }

    /** No store here has transactions, except those that say so. */
    abstract static class Promises extends OtpPromisesContract {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            return false;
        }
    }

    static class OnASaneStore extends Promises {
        final SaneStore store = new SaneStore();

        @Override
        protected OtpStore createStore() {
            return store;
        }
    }

    static class OnReadsThenWrites extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.ReadsThenWrites();
        }
    }

    static class OnSucceedsIfUpdateIsThere extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.SucceedsIfUpdateIsThere();
        }
    }

    static class OnIgnoresExpected extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.IgnoresExpected();
        }
    }

    static class OnOneRecordForAll extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.OneRecordForAll();
        }
    }

    static class OnCounterReadsThenWrites extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.CounterReadsThenWrites();
        }
    }

    static class OnRollsBack extends OnASaneStore {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            Map<String, SaneStore.Entry<StoredRecord>> before = Map.copyOf(store.records);
            work.run();
            store.records.clear();
            store.records.putAll(before);
            return true;
        }
    }

    static class OnDropsWrites extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.DropsWrites();
        }
    }

    static class OnDropsRemovals extends Promises {
        @Override
        protected OtpStore createStore() {
            return new DropsRemovals();
        }
    }

    static class DropsRemovals extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            if (update != null) {
                super.won(key, update, ttl);
            }
        }
    }

    static class OnBecomesNegative extends Promises {
        @Override
        protected OtpStore createStore() {
            return new OtpStoreContractBitesTest.BecomesNegative();
        }
    }
}
