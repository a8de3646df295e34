package dev.otpkit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.EmailAddress;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpStoreException;
import dev.otpkit.Recipient;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecipientStatesTest {
    private static final Recipient RECIPIENT = new EmailAddress("user@example.com");
    private static final KeyDerivation DERIVATIONS = new KeyDerivation(new byte[32], "");
    private static final long NOW = 1_772_352_000_000L;
    private static final int MAX_FAILURES = 10;

    private final Register store = new Register();
    private final RecipientStates here = node(store);
    private final RecipientStates there = node(store);

    private static RecipientStates node(OtpStore store) {
        RecipientRules rules = new RecipientRules(List.of(OtpPolicy.builder().build()));
        return new RecipientStates(store, DERIVATIONS, rules, () -> Instant.ofEpochMilli(NOW));
    }

    @Test
    void decidesOnTheRecordThatItWroteLastWithoutAReadAndOnlyTheExchangeShowsIt() {
        assertThat(failOnce(here)).isEqualTo(1);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(2);
        assertThat(failOnce(here)).isEqualTo(3);
        assertThat(store.calls).containsExactly("exchange", "exchange");
    }

    @Test
    void readsARecordThatAnotherNodeWrote() {
        failOnce(there);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(2);
        assertThat(store.calls).containsExactly("get", "exchange");
    }

    @Test
    void assumesTheRecordThatItWroteLastBeforeItAssumesAnUnknownRecipient() {
        assertThat(here.<Integer>updateAssumingUnknown(RECIPIENT, RecipientStatesTest::failure))
                .isEqualTo(1);
        assertThat(here.<Integer>updateAssumingUnknown(RECIPIENT, RecipientStatesTest::failure))
                .isEqualTo(2);
        assertThat(store.calls).containsExactly("exchange", "exchange");
        assertThat(there.<Integer>updateAssumingUnknown(RECIPIENT, RecipientStatesTest::failure))
                .isEqualTo(3);
        assertThat(store.calls).containsExactly("exchange", "exchange", "exchange", "exchange");
    }

    @Test
    void decidesAgainOnTheRecordOfAnotherNodeThatTheExchangeFinds() {
        failOnce(here);
        failOnce(there);
        failOnce(there);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(4);
        assertThat(store.calls).containsExactly("exchange", "exchange");
    }

    @Test
    void decidesAgainWhereTheRecordHasExpiredInTheStore() {
        failOnce(here);
        failOnce(here);
        store.record = null;

        assertThat(failOnce(here)).isEqualTo(1);
    }

    @Test
    void readsTheRecordBeforeItReturnsAResultThatCommitsNothing() {
        failOnce(here);
        failOnce(there);
        store.calls.clear();

        assertThat(failures(here)).isEqualTo(2);
        assertThat(store.calls).containsExactly("get");
    }

    @Test
    void runsTheRuleOnceIfTheRecordIsStillTheOneThatItWrote() {
        failOnce(here);
        store.calls.clear();
        List<Integer> runs = new ArrayList<>();

        here.update(RECIPIENT, (state, now) -> {
            runs.add(state.failures().size());
            return new Transition<>("unchanged", state);
        });

        assertThat(runs).containsExactly(1);
        assertThat(store.calls).containsExactly("get");
    }

    @Test
    void commitsAfterAReadThatShowedThatTheAssumptionWasWrong() {
        failOnce(here);
        failOnce(there);
        store.calls.clear();

        int failures = here.update(
                RECIPIENT,
                (state, now) -> state.failures().size() < 2 ? new Transition<>(0, state) : failure(state, now));

        assertThat(failures).isEqualTo(3);
        assertThat(store.calls).containsExactly("get", "exchange");
    }

    @Test
    void needsNoReadForARecordThatTheExchangeFound() {
        failOnce(here);
        failOnce(there);
        store.calls.clear();

        int failures = here.update(
                RECIPIENT,
                (state, now) -> state.failures().size() < 2
                        ? failure(state, now)
                        : new Transition<>(state.failures().size(), state));

        assertThat(failures).isEqualTo(2);
        assertThat(store.calls).containsExactly("exchange");
    }

    @Test
    void readsBeforeItReturnsAResultThatCommitsNothingForAnUnknownRecipient() {
        failOnce(there);
        int failures = here.updateAssumingUnknown(
                RECIPIENT, (state, now) -> new Transition<>(state.failures().size(), state));

        assertThat(failures).isEqualTo(1);
    }

    @Test
    void forgetsARecordThatItRemoved() {
        failOnce(here);
        here.update(RECIPIENT, (state, now) -> new Transition<>("removed", RecipientState.UNKNOWN));
        failOnce(there);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(2);
        assertThat(store.calls).containsExactly("get", "exchange");
    }

    @Test
    void forgetsARecordOnceItKnowsOfAnother() {
        failOnce(here);
        failOnce(there);
        failures(here);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(3);
        assertThat(store.calls).containsExactly("get", "exchange");
    }

    @Test
    void keepsItsAssumptionWhereTheReplyIsLostAndIsCorrected() {
        failOnce(here);
        store.losesTheNextReply = true;
        assertThatThrownBy(() -> failOnce(here)).isInstanceOf(OtpStoreException.class);

        assertThat(failOnce(here)).isEqualTo(3);
    }

    @Test
    void throwsWhereTheStoreCannotShowThatAnAssumptionHolds() {
        failOnce(here);
        store.isAway = true;

        assertThatThrownBy(() -> failures(here)).isInstanceOf(OtpStoreException.class);
        assertThatThrownBy(() -> failOnce(here)).isInstanceOf(OtpStoreException.class);
    }

    @Test
    void alwaysReadsAStoreInTheMemoryOfTheProcess() {
        Register own = new Register() {
            @Override
            public boolean isShared() {
                return false;
            }
        };
        RecipientStates node = node(own);
        failOnce(node);
        own.calls.clear();

        assertThat(failOnce(node)).isEqualTo(2);
        assertThat(own.calls).containsExactly("get", "exchange");
    }

    @Test
    void givesUpAfterAHundredConflictsInARow() {
        failOnce(here);
        store.calls.clear();
        store.alwaysFindsAnother = true;

        assertThatThrownBy(() -> failOnce(here))
                .isInstanceOf(OtpStoreException.class)
                .hasMessageContaining("gave up after 100 conflicts");
        assertThat(store.calls).hasSize(100).containsOnly("exchange");
    }

    @Test
    void readsTheRecordOfTheStoreInOneRequestAndWritesNothing() {
        assertThat(here.read(RECIPIENT)).isEqualTo(RecipientState.UNKNOWN);
        failOnce(here);
        failOnce(there);
        store.calls.clear();

        assertThat(here.read(RECIPIENT).failures()).hasSize(2);
        assertThat(store.calls).containsExactly("get");
    }

    @Test
    void forgetsInOneRequestARecordThatItWroteAndInTwoAnotherOne() {
        failOnce(here);
        store.calls.clear();
        here.forget(RECIPIENT);
        assertThat(store.calls).containsExactly("exchange");
        assertThat(store.record).isNull();

        failOnce(there);
        store.calls.clear();
        here.forget(RECIPIENT);
        assertThat(store.calls).containsExactly("get", "exchange");
        assertThat(store.record).isNull();

        store.calls.clear();
        here.forget(RECIPIENT);
        assertThat(store.calls).as("nothing to forget").containsExactly("get");
    }

    @Test
    void assumesNothingAfterItHasForgotten() {
        failOnce(here);
        here.forget(RECIPIENT);
        store.calls.clear();

        assertThat(failOnce(here)).isEqualTo(1);
        assertThat(store.calls).containsExactly("get", "exchange");
    }

    @Test
    void forgetsTheRecordOfAnotherNodeThatTheExchangeFinds() {
        failOnce(here);
        failOnce(there);
        store.calls.clear();

        here.forget(RECIPIENT);

        assertThat(store.record).isNull();
        assertThat(store.calls).containsExactly("exchange", "exchange");
        assertThat(failOnce(there))
                .as("on a node that wrote the forgotten record")
                .isEqualTo(1);
    }

    @Test
    void isDoneIfAnotherNodeHasForgottenTheRecordThatItWrote() {
        failOnce(here);
        there.forget(RECIPIENT);
        store.calls.clear();

        here.forget(RECIPIENT);

        assertThat(store.calls).containsExactly("exchange");
        assertThat(store.record).isNull();
    }

    @Test
    void forgetsARecordThatItCannotRead() {
        store.record = StoredRecord.of(new byte[] {99});
        assertThatThrownBy(() -> here.read(RECIPIENT)).isInstanceOf(OtpStoreException.class);

        here.forget(RECIPIENT);

        assertThat(store.record).isNull();
    }

    @Test
    void givesUpForgettingAfterAHundredConflictsInARow() {
        Register busy = new Register() {
            private byte round;

            @Override
            public synchronized @Nullable StoredRecord compareAndExchange(
                    String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
                calls.add("exchange");
                return StoredRecord.of(new byte[] {++round});
            }
        };
        busy.record = StoredRecord.of(new byte[] {0});

        assertThatThrownBy(() -> node(busy).forget(RECIPIENT))
                .isInstanceOf(OtpStoreException.class)
                .hasMessageContaining("gave up after 100 conflicts");
        assertThat(busy.calls).hasSize(1 + 100).startsWith("get", "exchange");
    }

    /** Changes that racing nodes commit after the removal stay, and nothing that was there before. */
    @Test
    void leavesNothingOfBeforeWhereOthersChangeTheRecordMeanwhile() throws Exception {
        List<RecipientStates> nodes = List.of(here, there, node(store));
        ExecutorService callers = Executors.newFixedThreadPool(nodes.size());
        long before = NOW - 1;
        try {
            for (int round = 0; round < 500; round++) {
                here.update(
                        RECIPIENT,
                        (state, now) -> new Transition<>(
                                "before", new RecipientState(List.of(before, before), List.of(before), List.of())));
                CyclicBarrier together = new CyclicBarrier(nodes.size());
                List<Future<?>> racing = new ArrayList<>();
                for (RecipientStates node : nodes) {
                    racing.add(callers.submit(() -> {
                        together.await();
                        if (node == there) {
                            node.forget(RECIPIENT);
                        } else {
                            failOnce(node);
                        }
                        return null;
                    }));
                }
                for (Future<?> each : racing) {
                    each.get(30, TimeUnit.SECONDS);
                }
                RecipientState left = here.read(RECIPIENT);
                assertThat(left.sends()).as("round %s", round).isEmpty();
                assertThat(left.failures()).as("round %s", round).doesNotContain(before);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    /** Each node counts its own changes; as many failures must be stored as were committed, on whichever record. */
    @Test
    void countsEveryChangeOfRacingNodes() throws Exception {
        List<RecipientStates> nodes = List.of(here, there, node(store));
        ExecutorService callers = Executors.newFixedThreadPool(nodes.size());
        try {
            for (int round = 0; round < 200; round++) {
                here.update(RECIPIENT, (state, now) -> new Transition<>("removed", RecipientState.UNKNOWN));
                CyclicBarrier together = new CyclicBarrier(nodes.size());
                List<Future<?>> racing = new ArrayList<>();
                for (RecipientStates node : nodes) {
                    Random random = new Random(round);
                    racing.add(callers.submit(() -> {
                        together.await();
                        for (int i = 0; i < 3; i++) {
                            failOnce(node);
                            if (random.nextBoolean()) {
                                failures(node);
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> each : racing) {
                    each.get(30, TimeUnit.SECONDS);
                }
                assertThat(failures(node(store))).as("round %s", round).isEqualTo(3 * nodes.size());
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void remembersAsManyRecordsAsThereArePlacesAndNoMore() {
        RecentRecords recent = new RecentRecords();
        StoredRecord record = StoredRecord.of(new byte[] {1});
        int keys = 4 * RecentRecords.PLACES;
        for (int i = 0; i < keys; i++) {
            recent.put("key" + i, record);
        }

        int kept = 0;
        for (int i = 0; i < keys; i++) {
            kept += recent.get("key" + i) == null ? 0 : 1;
        }
        assertThat(kept).isBetween(RecentRecords.PLACES / 2, RecentRecords.PLACES);
        assertThat(recent.get("key" + (keys - 1))).isEqualTo(record);
    }

    @Test
    void neverReturnsTheRecordOfAnotherKeyWithTheSamePlace() {
        String one = "key";
        String other = one;
        for (int i = 0; other.equals(one) || RecentRecords.placeOf(other) != RecentRecords.placeOf(one); i++) {
            other = "key" + i;
        }
        RecentRecords recent = new RecentRecords();
        StoredRecord record = StoredRecord.of(new byte[] {1});
        recent.put(one, record);

        assertThat(recent.get(other)).isNull();
        recent.put(other, null);
        assertThat(recent.get(one)).as("another key is forgotten").isEqualTo(record);
        recent.put(other, record);
        assertThat(recent.get(one)).as("another key took its place").isNull();
        recent.put(other, null);
        assertThat(recent.get(other)).isNull();
    }

    /** Commits one more failure, and returns the number of failures after it. */
    private static int failOnce(RecipientStates node) {
        return node.<Integer>update(RECIPIENT, RecipientStatesTest::failure);
    }

    /** Returns the number of failures, and commits nothing. */
    private static int failures(RecipientStates node) {
        return node.<Integer>update(
                RECIPIENT, (state, now) -> new Transition<>(state.failures().size(), state));
    }

    private static Transition<Integer> failure(RecipientState state, long now) {
        List<Long> failures = new ArrayList<>(state.failures());
        failures.add(now);
        assertThat(failures).hasSizeLessThanOrEqualTo(MAX_FAILURES);
        return new Transition<>(failures.size(), new RecipientState(state.sends(), failures, state.challenges()));
    }

    /** A store of one record, shared unless a test says otherwise. */
    private static class Register implements OtpStore {
        final List<String> calls = new ArrayList<>();

        @Nullable StoredRecord record;

        boolean isAway;
        boolean losesTheNextReply;
        boolean alwaysFindsAnother;

        @Override
        public synchronized @Nullable StoredRecord get(String key) {
            called("get");
            return record;
        }

        @Override
        public synchronized @Nullable StoredRecord compareAndExchange(
                String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
            called("exchange");
            StoredRecord found = record;
            if (alwaysFindsAnother) {
                return Objects.equals(expected, found) ? null : found;
            }
            if (Objects.equals(found, expected)) {
                record = update;
            }
            if (losesTheNextReply) {
                losesTheNextReply = false;
                throw new OtpStoreException("lost");
            }
            return found;
        }

        private void called(String name) {
            if (isAway) {
                throw new OtpStoreException("away");
            }
            calls.add(name);
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            throw new AssertionError("a state has no counter");
        }
    }
}
