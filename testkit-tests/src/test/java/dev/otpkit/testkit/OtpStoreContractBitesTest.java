package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that each defect of a store fails a named test of the contract. */
class OtpStoreContractBitesTest {

    @Test
    void explainsEveryFailure() {
        assertThat(ContractRun.unexplainedTestsOf(OtpStoreContract.class)).isEmpty();
    }

    @Test
    void passesASaneStore() {
        ContractRun.assertPassesAllBut(
                SaneStore.class,
                "countsOnceWhenAReplyIsLost",
                "countsWhateverTheCallersTransactionDoes",
                "endsACallThatIsInterruptedWhileTheServerHangs",
                "exchangesOnceWhenAReplyIsLost",
                "exchangesWhateverTheCallersTransactionDoes",
                "forgetsInTimeWhatWasPutWhenAReplyWasLost",
                "leavesNoConnectionOpenAfterFailures",
                "measuresALifetimeWhileTheCallersTransactionIsOpen",
                "readsWhatIsThereOrThrowsWhenAReplyIsLost",
                "showsEachNodeAtOnceWhatAnotherHasChanged",
                "showsEachNodeAtOnceWhatAnotherHasCounted",
                "showsOtherNodesWhatOneHasStored",
                "throwsAnOtpStoreExceptionWhileTheServerHangs",
                "throwsAnOtpStoreExceptionWhileTheServerIsAway",
                "worksAgainWhenTheServerIsBack");
    }

    @Test
    void passesAStoreThatLeavesTransactionsAlone() {
        ContractRun.assertPasses(
                LeavesTransactionsAlone.class,
                "countsWhateverTheCallersTransactionDoes",
                "exchangesWhateverTheCallersTransactionDoes",
                "measuresALifetimeWhileTheCallersTransactionIsOpen");
    }

    @Test
    void passesAStoreThatReadsTheWallClockForSomethingElse() {
        ContractRun.assertPasses(ReadsTheWallClockForALog.class, "readsNoWallClock");
    }

    @Test
    void failsOneThatReadsThenWrites() {
        ContractRun.assertFails(
                ReadsThenWrites.class,
                "letsOneOfManyRacingExchangesWin",
                "letsOneOfManyRacingEqualExchangesWin",
                "losesNoUpdateOfManyThreads");
    }

    @Test
    void failsOneThatIgnoresWhatIsExpected() {
        ContractRun.assertFails(
                IgnoresExpected.class,
                "changesNothingIfAnotherRecordIsThere",
                "changesNothingIfARecordIsThereAndNoneIsExpected",
                "changesNothingIfNoRecordIsThereAndOneIsExpected",
                "removesNothingIfAnotherRecordIsThere",
                "letsOneOfManyRacingExchangesWin",
                "losesNoUpdateOfManyThreads");
    }

    @Test
    void failsOneThatComparesReferences() {
        ContractRun.assertFails(
                ComparesReferences.class, "exchangesARecordForOneThatIsExpected", "removesARecordThatIsExpected");
    }

    @Test
    void failsOneThatComparesTheLengthAlone() {
        ContractRun.assertFails(
                ComparesLengths.class,
                "changesNothingIfAnotherRecordIsThere",
                "tellsRecordsApartThatDifferInTheirLastByte");
    }

    @Test
    void failsOneThatReturnsTheUpdateOnLoss() {
        ContractRun.assertFails(
                ReturnsUpdateOnLoss.class,
                "changesNothingIfAnotherRecordIsThere",
                "changesNothingIfNoRecordIsThereAndOneIsExpected",
                "letsOneOfManyRacingExchangesWin");
    }

    @Test
    void failsOneThatReturnsTheUpdateOnSuccess() {
        ContractRun.assertFails(
                ReturnsUpdateOnSuccess.class, "putsARecordWhereNoneIs", "letsOneOfManyRacingExchangesWin");
    }

    @Test
    void failsOneThatCallsItSuccessIfTheUpdateIsThereAlready() {
        ContractRun.assertFails(
                SucceedsIfUpdateIsThere.class,
                "reportsALossEvenIfTheUpdateIsThereAlready",
                "letsOneOfManyRacingEqualExchangesWin");
    }

    @Test
    void failsOneThatPutsNothingOverAnEqualRecord() {
        ContractRun.assertFails(SkipsEqualUpdates.class, "startsTheLifetimeAnewWithAnExchangeForAnEqualRecord");
    }

    @Test
    void failsOneThatDropsWrites() {
        ContractRun.assertFails(DropsWrites.class, "putsARecordWhereNoneIs", "exchangesARecordForOneThatIsExpected");
    }

    @Test
    void failsOneThatRemovesWhateverIsThere() {
        ContractRun.assertFails(RemovesWhateverIsThere.class, "removesNothingIfAnotherRecordIsThere");
    }

    @Test
    void failsOneThatDeletesBeforeItPuts() {
        ContractRun.assertFails(DeletesBeforeItPuts.class, "showsReadersARecordAtAllTimesWhileItIsReplaced");
    }

    @Test
    void failsOneThatKeepsText() {
        ContractRun.assertFails(KeepsText.class, "keepsEveryByte");
    }

    @Test
    void failsOneThatKeepsTheFirst255Bytes() {
        ContractRun.assertFails(KeepsTooFewBytes.class, "keepsEveryByte", "tellsRecordsApartThatDifferInTheirLastByte");
    }

    @Test
    void failsOneThatReturnsAnotherKeysRecord() {
        ContractRun.assertFails(OneRecordForAll.class, "keepsKeysApart", "takesEveryKeyThatIsAllowed");
    }

    @Test
    void failsOneThatFoldsTheCaseOfNames() {
        ContractRun.assertFails(FoldsCase.class, "keepsKeysApart", "keepsCountersApart");
    }

    @Test
    void failsOneThatCutsLongNames() {
        ContractRun.assertFails(CutsNames.class, "keepsKeysApart", "keepsCountersApart");
    }

    @Test
    void failsOneThatNeverExpires() {
        ContractRun.assertFails(
                NeverExpires.class,
                "forgetsARecordSoonAfterItsTimeHoweverOftenItIsRead",
                "startsACounterAnewSoonAfterItsTimeHoweverOftenItIsAddedTo",
                "forgetsACounterHoweverOftenItIsLookedAt");
    }

    @Test
    void failsOneThatExpiresEarly() {
        ContractRun.assertFails(
                ExpiresEarly.class,
                "keepsARecordForItsTime",
                "keepsACounterForItsTime",
                "forgetsARecordSoonAfterItsTimeHoweverOftenItIsRead",
                "shortensTheLifetimeWithAnExchange",
                "forgetsACounterHoweverOftenItIsLookedAt");
    }

    @Test
    void failsOneWhoseLongLifetimesOverflow() {
        ContractRun.assertFails(Overflows.class, "keepsARecordForItsTime", "keepsACounterForItsTime");
    }

    @Test
    void failsOneThatExchangesExpiredRecords() {
        ContractRun.assertFails(ExchangesExpired.class, "doesNotExpectAnExpiredRecord", "takesAnExpiredRecordForNone");
    }

    @Test
    void failsOneWhoseCleaningTakesTheSuccessor() {
        ContractRun.assertFails(CleansTheSuccessor.class, "letsOneOfManyTakeThePlaceOfAnExpiredRecord");
    }

    @Test
    void failsOneThatLivesLongerWithEachRead() {
        ContractRun.assertFails(RenewsOnRead.class, "forgetsARecordSoonAfterItsTimeHoweverOftenItIsRead");
    }

    @Test
    void failsOneThatLivesLongerWithALostExchange() {
        ContractRun.assertFails(RenewsOnLoss.class, "extendsNoLifetimeWithALostExchange");
    }

    @Test
    void failsOneThatDoesNotRenewTheLifetime() {
        ContractRun.assertFails(
                NeverRenews.class,
                "startsTheLifetimeAnewWithEachExchange",
                "startsTheLifetimeAnewWithAnExchangeForAnEqualRecord",
                "shortensTheLifetimeWithAnExchange");
    }

    @Test
    void failsACounterThatLivesLongerWithEachAddition() {
        ContractRun.assertFails(
                CounterLivesOn.class,
                "startsACounterAnewSoonAfterItsTimeHoweverOftenItIsAddedTo",
                "forgetsACounterHoweverOftenItIsLookedAt");
    }

    @Test
    void failsACounterThatLosesRacingAdditions() {
        ContractRun.assertFails(CounterReadsThenWrites.class, "showsEachOfManyRacingCallersAnotherValue");
    }

    @Test
    void failsACounterThatTellsTheValueBefore() {
        ContractRun.assertFails(CounterTellsTheValueBefore.class, "countsFromZero", "looksAtACounterWithoutChangingIt");
    }

    @Test
    void failsACounterThatALookCreates() {
        ContractRun.assertFails(LookCreates.class, "createsNoCounterByALook");
    }

    @Test
    void failsACounterThatALookCreatesForEver() {
        ContractRun.assertFails(LookCreatesForEver.class, "createsNoCounterByALook");
    }

    @Test
    void failsACounterThatIsKeptAtZero() {
        ContractRun.assertFails(
                KeepsZero.class,
                "forgetsACounterThatIsBackAtZero",
                "losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero");
    }

    @Test
    void failsACounterThatIsKeptAtZeroWithoutALifetime() {
        ContractRun.assertFails(KeepsZeroForEver.class, "forgetsACounterThatIsBackAtZero");
    }

    @Test
    void failsACounterThatBecomesNegative() {
        ContractRun.assertFails(
                BecomesNegative.class,
                "bringsNoCounterBelowZero",
                "createsNoCounterByTakingBack",
                "takesNothingBackFromACounterWhoseTimeIsOver");
    }

    @Test
    void failsACounterThatTellsANegativeValueAndKeepsNone() {
        ContractRun.assertFails(TellsNegative.class, "bringsNoCounterBelowZero", "createsNoCounterByTakingBack");
    }

    @Test
    void failsACounterThatTakesBackAfterItsTime() {
        ContractRun.assertFails(TakesBackFromExpired.class, "takesNothingBackFromACounterWhoseTimeIsOver");
    }

    @Test
    void failsACounterThatIsRemovedAtZeroInASecondStep() {
        ContractRun.assertFails(RemovesInASecondStep.class, "losesNoAdditionToTheRemovalOfACounterThatIsBackAtZero");
    }

    @Test
    void failsCountersThatShareTheNamesOfRecords() {
        ContractRun.assertFails(SharesNames.class, "keepsACounterApartFromARecordOfTheSameName");
    }

    @Test
    void failsCountersThatAreRemovedWithTheRecordOfTheirName() {
        ContractRun.assertFails(RemovesTheNamesake.class, "keepsACounterApartFromARecordOfTheSameName");
    }

    @Test
    void failsACounterOf32Bits() {
        ContractRun.assertFails(CounterOf32Bits.class, "countsFromZero");
    }

    @Test
    void failsOneThatCallsItselfSharedAndIsNot() {
        ContractRun.assertFails(ClaimsToBeShared.class, "showsOtherNodesWhatOneHasStored");
    }

    @Test
    void failsOneThatKeepsNothingLongerThanAnHour() {
        ContractRun.assertFails(
                AnHourAtMost.class, "keepsARecordForAllOfALongLifetime", "keepsACounterForAllOfALongLifetime");
    }

    @Test
    void failsOneThatExchangesForAnHourAtMost() {
        ContractRun.assertFails(ExchangesForAnHour.class, "keepsARecordForAllOfALongLifetime");
    }

    @Test
    void failsACounterThatIsKeptForAnHourAtMost() {
        ContractRun.assertFails(CountsForAnHour.class, "keepsACounterForAllOfALongLifetime");
    }

    @Test
    void failsOneThatExpiresATwentiethEarly() {
        ContractRun.assertFails(
                ATwentiethEarly.class,
                "keepsARecordForAllOfALongLifetime",
                "keepsACounterForAllOfALongLifetime",
                "keepsARecordForAllOfItsLastSecond",
                "keepsACounterForAllOfItsLastSecond");
    }

    @Test
    void failsOneThatKnowsWholeSecondsAlone() {
        ContractRun.assertFails(
                WholeSeconds.class, "keepsARecordForAllOfItsLastSecond", "keepsACounterForAllOfItsLastSecond");
    }

    @Test
    void failsOneThatCutsNamesAt40Characters() {
        ContractRun.assertFails(CutsNamesAt40.class, "keepsLongKeysApart", "keepsLongNamesOfCountersApart");
    }

    @Test
    void failsOneThatTakesAnEmptyRecordForNone() {
        ContractRun.assertFails(TakesEmptyForNone.class, "keepsAnEmptyRecordApartFromNone");
    }

    @Test
    void failsOneThatComparesHashes() {
        ContractRun.assertFails(ComparesHashes.class, "tellsRecordsApartThatHaveTheSameHash");
    }

    @Test
    void failsOneThatReadsThenRemoves() {
        ContractRun.assertFails(ReadsThenRemoves.class, "letsOneOfManyRacingRemovalsAndExchangesWin");
    }

    @Test
    void failsOneThatReadsAfterItWasLost() {
        ContractRun.assertFails(ReadsAfterALoss.class, "takesNoLostExchangeForAWonOne");
    }

    @Test
    void failsACounterThatTakesBackInTwoSteps() {
        ContractRun.assertFails(TakesBackInTwoSteps.class, "losesNothingThatManyRacingCallersTakeBack");
    }

    @Test
    void failsOneThatLosesOneRaceInFifty() {
        ContractRun.assertFails(LosesOneRaceInFifty.class, "letsOneOfManyRacingExchangesWin");
    }

    @Test
    void failsOneThatKeepsAThousandRecipients() {
        ContractRun.assertFails(KeepsAThousand.class, "forgetsNoneOfThousandsOfRecordsAndCounters");
    }

    @Test
    void failsOneThatKeepsTenThousandRecipients() {
        ContractRun.assertFails(KeepsTenThousand.class, "forgetsNoneOfThousandsOfRecordsAndCounters");
    }

    @Test
    void failsOneThatKeepsTenThousandCounters() {
        ContractRun.assertFails(KeepsTenThousandCounters.class, "forgetsNoneOfThousandsOfRecordsAndCounters");
    }

    @Test
    void failsOneThatReadsTheWallClock() {
        ContractRun.assertFails(ReadsTheWallClock.class, "readsNoWallClock");
    }

    @Test
    void failsOneWhoseCollaboratorReadsTheWallClock() {
        ContractRun.assertFails(HasAClock.class, "readsNoWallClock");
    }

    @Test
    void failsOneThatTakesPartInTheCallersTransaction() {
        ContractRun.assertFails(ExchangesInTheTransaction.class, "exchangesWhateverTheCallersTransactionDoes");
    }

    @Test
    void failsACounterThatTakesPartInTheCallersTransaction() {
        ContractRun.assertFails(CountsInTheTransaction.class, "countsWhateverTheCallersTransactionDoes");
    }

    @Test
    void failsOneThatTakesTheTimeOfTheTransaction() {
        ContractRun.assertFails(
                TakesTheTimeOfTheTransaction.class, "measuresALifetimeWhileTheCallersTransactionIsOpen");
    }

    @Test
    void failsAHookThatRunsNothing() {
        ContractRun.assertFails(
                RollsNothingBack.class,
                "exchangesWhateverTheCallersTransactionDoes",
                "countsWhateverTheCallersTransactionDoes",
                "measuresALifetimeWhileTheCallersTransactionIsOpen");
    }

    @Test
    void failsOneThatDeletesNothing() {
        ContractRun.assertFails(DeletesNothing.class, "keepsNothingWhoseTimeIsOver");
    }

    @Test
    void failsOneThatDeletesNoCounter() {
        ContractRun.assertFails(DeletesNoCounter.class, "keepsNothingWhoseTimeIsOver");
    }

    @Test
    void failsOneThatKeepsAnEntryOfALook() {
        ContractRun.assertFails(KeepsAnEntryOfALook.class, "keepsNothingOfACallThatPutsNothing");
    }

    @Test
    void failsOneThatKeepsAnEntryOfARemoval() {
        ContractRun.assertFails(KeepsAnEntryOfARemoval.class, "keepsNothingOfACallThatPutsNothing");
    }

    @Test
    void failsCountersWhoseNamesMayBeThoseOfRecords() {
        ContractRun.assertFails(AppendsToTheNamesOfCounters.class, "keepsACounterApartFromARecordOfASimilarName");
    }

    /** A correct store, in parts; each fixture below breaks one of them. */
    static class SaneStore extends OtpStoreContract implements OtpStore {
        final Map<String, Entry<StoredRecord>> records = new ConcurrentHashMap<>();
        final Map<String, Entry<Long>> counters = new ConcurrentHashMap<>();

        final AtomicLong ahead = new AtomicLong();

        record Entry<V>(V value, long deadline) {}

        @Override
        protected OtpStore createStore() {
            records.clear();
            counters.clear();
            return this;
        }

        @Override
        protected Optional<ServerFaults> server() {
            return Optional.empty();
        }

        @Override
        protected boolean passTime(Duration time) {
            ahead.addAndGet(time.toNanos());
            return true;
        }

        @Override
        protected OptionalLong entries() {
            cleanUp();
            return OptionalLong.of(records.size() + counters.size());
        }

        @Override
        protected boolean rollBackAfter(Runnable work) {
            return false;
        }

        @Override
        Duration patience() {
            return Duration.ofMillis(150);
        }

        void cleanUp() {
            records.values().removeIf(entry -> live(entry) == null);
            counters.values().removeIf(entry -> live(entry) == null);
        }

        long now() {
            return System.nanoTime() + ahead.get();
        }

        String name(String name) {
            return name;
        }

        StoredRecord kept(StoredRecord update) {
            return update;
        }

        Duration lifetime(Duration ttl) {
            return ttl;
        }

        long deadline(Duration ttl) {
            return now() + lifetime(ttl).toNanos();
        }

        boolean matches(@Nullable StoredRecord current, @Nullable StoredRecord expected) {
            return Objects.equals(current, expected);
        }

        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            if (update == null) {
                records.remove(name(key));
            } else {
                records.put(name(key), new Entry<>(kept(update), deadline(ttl)));
            }
        }

        void lost(String key, @Nullable StoredRecord update, Duration ttl) {}

        long sum(long value, long delta) {
            return value + delta;
        }

        <V> @Nullable V live(@Nullable Entry<V> entry) {
            return entry == null || now() - entry.deadline >= 0 ? null : entry.value;
        }

        @Override
        public @Nullable StoredRecord get(String key) {
            return live(records.get(name(key)));
        }

        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = get(key);
            if (matches(current, expected)) {
                won(key, update, ttl);
            } else {
                lost(key, update, ttl);
            }
            return current;
        }

        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            Entry<Long> entry = counters.get(name(counter));
            Long current = live(entry);
            long sum = sum(current == null ? 0 : current, delta);
            if (sum <= 0) {
                return nothingLeft(counter, sum, ttl);
            }
            counters.put(
                    name(counter),
                    current == null ? new Entry<>(sum, deadline(ttl)) : new Entry<>(sum, entry.deadline));
            return sum;
        }

        long nothingLeft(String counter, long sum, Duration ttl) {
            counters.remove(name(counter));
            return 0;
        }

        @Override
        public boolean isShared() {
            return false;
        }
    }

    static class ReadsThenWrites extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = get(key);
            LockSupport.parkNanos(100_000);
            if (matches(current, expected)) {
                won(key, update, ttl);
            }
            return current;
        }
    }

    static class IgnoresExpected extends SaneStore {
        @Override
        boolean matches(@Nullable StoredRecord current, @Nullable StoredRecord expected) {
            return true;
        }
    }

    static class ComparesReferences extends SaneStore {
        @Override
        @SuppressWarnings("ReferenceEquality")
        boolean matches(@Nullable StoredRecord current, @Nullable StoredRecord expected) {
            return current == expected;
        }
    }

    static class ComparesLengths extends SaneStore {
        @Override
        boolean matches(@Nullable StoredRecord current, @Nullable StoredRecord expected) {
            return length(current) == length(expected);
        }

        private static int length(@Nullable StoredRecord record) {
            return record == null ? -1 : record.bytes().length;
        }
    }

    static class ReturnsUpdateOnLoss extends SaneStore {
        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = super.compareAndExchange(key, expected, update, ttl);
            return matches(current, expected) ? current : update;
        }
    }

    static class ReturnsUpdateOnSuccess extends SaneStore {
        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = super.compareAndExchange(key, expected, update, ttl);
            return matches(current, expected) ? update : current;
        }
    }

    static class SucceedsIfUpdateIsThere extends SaneStore {
        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = super.compareAndExchange(key, expected, update, ttl);
            return Objects.equals(current, update) ? expected : current;
        }
    }

    static class SkipsEqualUpdates extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            if (!Objects.equals(get(key), update)) {
                super.won(key, update, ttl);
            }
        }
    }

    static class DropsWrites extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {}
    }

    static class RemovesWhateverIsThere extends SaneStore {
        @Override
        void lost(String key, @Nullable StoredRecord update, Duration ttl) {
            if (update == null) {
                records.remove(key);
            }
        }
    }

    static class DeletesBeforeItPuts extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            records.remove(key);
            LockSupport.parkNanos(10_000);
            super.won(key, update, ttl);
        }
    }

    static class KeepsText extends SaneStore {
        @Override
        StoredRecord kept(StoredRecord update) {
            String text = new String(update.bytes(), StandardCharsets.UTF_8);
            return StoredRecord.of(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static class KeepsTooFewBytes extends SaneStore {
        @Override
        StoredRecord kept(StoredRecord update) {
            byte[] bytes = update.bytes();
            return StoredRecord.of(Arrays.copyOf(bytes, Math.min(bytes.length, 255)));
        }
    }

    static class OneRecordForAll extends SaneStore {
        @Override
        String name(String name) {
            return "otp";
        }
    }

    static class FoldsCase extends SaneStore {
        @Override
        String name(String name) {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    static class CutsNames extends SaneStore {
        @Override
        String name(String name) {
            return name.substring(0, Math.min(name.length(), 20));
        }
    }

    static class NeverExpires extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return Duration.ofDays(1000);
        }
    }

    static class ExpiresEarly extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return ttl.dividedBy(1000);
        }
    }

    static class Overflows extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return ttl.toMillis() > Integer.MAX_VALUE ? Duration.ZERO : ttl;
        }
    }

    static class ExchangesExpired extends SaneStore {
        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            Entry<StoredRecord> entry = records.get(key);
            StoredRecord current = entry == null ? null : entry.value;
            if (matches(current, expected)) {
                won(key, update, ttl);
            }
            return current;
        }
    }

    static class CleansTheSuccessor extends SaneStore {
        @Override
        public @Nullable StoredRecord get(String key) {
            StoredRecord current = super.get(key);
            if (current == null) {
                LockSupport.parkNanos(100_000);
                records.remove(key);
            }
            return current;
        }
    }

    static class RenewsOnRead extends SaneStore {
        @Override
        public @Nullable StoredRecord get(String key) {
            StoredRecord current = super.get(key);
            if (current != null) {
                super.won(key, current, Duration.ofMinutes(1));
            }
            return current;
        }
    }

    static class RenewsOnLoss extends SaneStore {
        @Override
        void lost(String key, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = get(key);
            if (current != null) {
                won(key, current, ttl);
            }
        }
    }

    static class NeverRenews extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            Entry<StoredRecord> before = records.get(key);
            super.won(key, update, ttl);
            if (update != null && live(before) != null) {
                records.put(key, new Entry<>(update, before.deadline));
            }
        }
    }

    static class CounterLivesOn extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            long value = super.increment(counter, delta, ttl);
            counters.put(counter, new Entry<>(value, deadline(ttl)));
            return value;
        }
    }

    static class CounterReadsThenWrites extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public long increment(String counter, long delta, Duration ttl) {
            Long current = live(counters.get(counter));
            LockSupport.parkNanos(100_000);
            long value = (current == null ? 0 : current) + delta;
            counters.put(counter, new Entry<>(value, deadline(ttl)));
            return value;
        }
    }

    static class CounterTellsTheValueBefore extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            return super.increment(counter, delta, ttl) - delta;
        }
    }

    static class LookCreates extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            if (delta == 0) {
                counters.putIfAbsent(counter, new Entry<>(0L, deadline(ttl)));
            }
            return super.increment(counter, delta, ttl);
        }

        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            return 0;
        }
    }

    static class LookCreatesForEver extends LookCreates {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            return super.increment(counter, delta, delta == 0 ? Duration.ofDays(1000) : ttl);
        }
    }

    static class KeepsZero extends SaneStore {
        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            Entry<Long> entry = counters.get(counter);
            counters.put(counter, new Entry<>(0L, live(entry) == null ? deadline(ttl) : entry.deadline));
            return 0;
        }
    }

    static class KeepsZeroForEver extends SaneStore {
        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            counters.computeIfPresent(counter, (name, entry) -> new Entry<>(0L, deadline(Duration.ofDays(1000))));
            return 0;
        }
    }

    static class BecomesNegative extends SaneStore {
        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            counters.put(counter, new Entry<>(sum, deadline(ttl)));
            return sum;
        }
    }

    static class TellsNegative extends SaneStore {
        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            super.nothingLeft(counter, sum, ttl);
            return sum;
        }
    }

    static class TakesBackFromExpired extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            Entry<Long> entry = counters.get(counter);
            if (delta >= 0 || entry == null || entry.value + delta <= 0) {
                return super.increment(counter, delta, ttl);
            }
            counters.put(counter, new Entry<>(entry.value + delta, entry.deadline));
            return entry.value + delta;
        }
    }

    static class RemovesInASecondStep extends SaneStore {
        @Override
        long nothingLeft(String counter, long sum, Duration ttl) {
            counters.computeIfPresent(counter, (name, entry) -> new Entry<>(sum, entry.deadline));
            return sum;
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public long increment(String counter, long delta, Duration ttl) {
            long sum = super.increment(counter, delta, ttl);
            if (sum > 0) {
                return sum;
            }
            LockSupport.parkNanos(1_000_000);
            counters.remove(counter);
            return 0;
        }
    }

    /** Keeps counters as text among the records, as on a server with one set of keys. */
    static class SharesNames extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            Entry<StoredRecord> entry = records.get(counter);
            StoredRecord current = live(entry);
            long sum = delta;
            if (current != null) {
                String text = new String(current.bytes(), StandardCharsets.UTF_8);
                if (!text.matches("\\d+")) {
                    throw new IllegalStateException("no number is kept under " + counter);
                }
                sum += Long.parseLong(text);
            }
            if (sum <= 0) {
                records.remove(counter);
                return 0;
            }
            StoredRecord next = StoredRecord.of(Long.toString(sum).getBytes(StandardCharsets.UTF_8));
            records.put(counter, new Entry<>(next, current == null ? deadline(ttl) : entry.deadline));
            return sum;
        }
    }

    static class RemovesTheNamesake extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            super.won(key, update, ttl);
            if (update == null) {
                counters.remove(key);
            }
        }
    }

    static class CounterOf32Bits extends SaneStore {
        @Override
        long sum(long value, long delta) {
            return (int) (value + delta);
        }
    }

    static class ClaimsToBeShared extends SaneStore {
        @Override
        protected OtpStore createStore() {
            return new ClaimsToBeShared();
        }

        @Override
        public boolean isShared() {
            return true;
        }
    }

    static class AnHourAtMost extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return atMostAnHour(ttl);
        }
    }

    static Duration atMostAnHour(Duration ttl) {
        return ttl.compareTo(Duration.ofHours(1)) > 0 ? Duration.ofHours(1) : ttl;
    }

    static class ExchangesForAnHour extends SaneStore {
        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            super.won(key, update, get(key) == null ? ttl : atMostAnHour(ttl));
        }
    }

    static class CountsForAnHour extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            return super.increment(counter, delta, atMostAnHour(ttl));
        }
    }

    static class ATwentiethEarly extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return ttl.minus(ttl.dividedBy(20));
        }
    }

    static class WholeSeconds extends SaneStore {
        @Override
        Duration lifetime(Duration ttl) {
            return Duration.ofSeconds(Math.max(1, ttl.toSeconds()));
        }
    }

    static class CutsNamesAt40 extends SaneStore {
        @Override
        String name(String name) {
            return name.substring(0, Math.min(name.length(), 40));
        }
    }

    static class TakesEmptyForNone extends SaneStore {
        @Override
        public @Nullable StoredRecord get(String key) {
            StoredRecord record = super.get(key);
            return record == null || record.bytes().length == 0 ? null : record;
        }
    }

    static class ComparesHashes extends SaneStore {
        @Override
        boolean matches(@Nullable StoredRecord current, @Nullable StoredRecord expected) {
            return Objects.hashCode(current) == Objects.hashCode(expected);
        }
    }

    static class ReadsThenRemoves extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            if (update != null) {
                return super.compareAndExchange(key, expected, update, ttl);
            }
            StoredRecord current = get(key);
            if (matches(current, expected)) {
                LockSupport.parkNanos(100_000);
                records.remove(key);
            }
            return current;
        }
    }

    static class ReadsAfterALoss extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            StoredRecord current = super.compareAndExchange(key, expected, update, ttl);
            if (matches(current, expected)) {
                return current;
            }
            LockSupport.parkNanos(100_000);
            return get(key);
        }
    }

    static class TakesBackInTwoSteps extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public long increment(String counter, long delta, Duration ttl) {
            if (delta >= 0) {
                return super.increment(counter, delta, ttl);
            }
            long value = super.increment(counter, 0, ttl);
            LockSupport.parkNanos(100_000);
            long now = super.increment(counter, 0, ttl);
            return super.increment(counter, value + delta - now, ttl);
        }
    }

    /** Compares and writes in two steps where the record has one hash of fifty, and in one step elsewhere. */
    static class LosesOneRaceInFifty extends SaneStore {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized")
        public @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            if (Objects.hashCode(expected) % 50 != 1) {
                return super.compareAndExchange(key, expected, update, ttl);
            }
            StoredRecord current = get(key);
            LockSupport.parkNanos(100_000);
            if (matches(current, expected)) {
                won(key, update, ttl);
            }
            return current;
        }
    }

    static class KeepsAThousand extends SaneStore {
        int most() {
            return 1_000;
        }

        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            if (records.size() >= most()) {
                records.remove(records.keySet().iterator().next());
            }
            super.won(key, update, ttl);
        }
    }

    static class KeepsTenThousand extends KeepsAThousand {
        @Override
        int most() {
            return 10_000;
        }
    }

    static class KeepsTenThousandCounters extends SaneStore {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            if (counters.size() >= 10_000) {
                counters.remove(counters.keySet().iterator().next());
            }
            return super.increment(counter, delta, ttl);
        }
    }

    static class ReadsTheWallClock extends SaneStore {
        private final long started = System.currentTimeMillis();

        @Override
        long now() {
            return super.now() + 0 * (System.currentTimeMillis() - started);
        }
    }

    static class HasAClock extends SaneStore {
        @Override
        long deadline(Duration ttl) {
            return super.deadline(ttl) + 0 * Ages.age(Instant.EPOCH).toNanos();
        }
    }

    static final class Ages {
        static Duration age(Instant instant) {
            return Duration.between(instant, Instant.now()).dividedBy(1_000_000);
        }
    }

    static class ReadsTheWallClockForALog extends ReadsTheWallClock {
        @Override
        protected boolean mayReadWallClock(String className) {
            return className.equals(ReadsTheWallClock.class.getName());
        }
    }

    static class LeavesTransactionsAlone extends SaneStore {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            work.run();
            return true;
        }
    }

    static class ExchangesInTheTransaction extends SaneStore {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            Map<String, Entry<StoredRecord>> before = Map.copyOf(records);
            work.run();
            records.clear();
            records.putAll(before);
            return true;
        }
    }

    static class CountsInTheTransaction extends SaneStore {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            Map<String, Entry<Long>> before = Map.copyOf(counters);
            work.run();
            counters.clear();
            counters.putAll(before);
            return true;
        }
    }

    static class TakesTheTimeOfTheTransaction extends SaneStore {
        private @Nullable Long begun;

        @Override
        protected boolean rollBackAfter(Runnable work) {
            begun = super.now();
            work.run();
            begun = null;
            return true;
        }

        @Override
        long now() {
            return begun == null ? super.now() : begun;
        }
    }

    static class RollsNothingBack extends SaneStore {
        @Override
        protected boolean rollBackAfter(Runnable work) {
            return true;
        }
    }

    static class DeletesNothing extends SaneStore {
        @Override
        void cleanUp() {}
    }

    static class DeletesNoCounter extends SaneStore {
        @Override
        void cleanUp() {
            records.values().removeIf(entry -> live(entry) == null);
        }
    }

    /** Keeps an entry without a value for a counter after a delta of zero, like a key without a lifetime. */
    static class KeepsAnEntryOfALook extends SaneStore {
        private final Set<String> looks = ConcurrentHashMap.newKeySet();

        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            long value = super.increment(counter, delta, ttl);
            if (value == 0 && delta == 0) {
                looks.add(counter);
            }
            return value;
        }

        @Override
        protected OptionalLong entries() {
            return OptionalLong.of(super.entries().orElseThrow() + looks.size());
        }
    }

    static class KeepsAnEntryOfARemoval extends SaneStore {
        private final Set<String> removed = ConcurrentHashMap.newKeySet();

        @Override
        void won(String key, @Nullable StoredRecord update, Duration ttl) {
            super.won(key, update, ttl);
            if (update == null) {
                removed.add(key);
            }
        }

        @Override
        protected OptionalLong entries() {
            return OptionalLong.of(super.entries().orElseThrow() + removed.size());
        }
    }

    /** Has one set of names, in which a counter's ends with a letter that a record's may end with too. */
    static class AppendsToTheNamesOfCounters extends SharesNames {
        @Override
        public synchronized long increment(String counter, long delta, Duration ttl) {
            return super.increment(counter + "c", delta, ttl);
        }
    }
}
