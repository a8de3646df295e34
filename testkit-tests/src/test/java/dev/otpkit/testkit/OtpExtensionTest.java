package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpStoreException;
import dev.otpkit.VerifyResult;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.testkit.OtpStoreContractBitesTest.SaneStore;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

@ExtendWith(OtpExtension.class)
class OtpExtensionTest {
    private static final String MAILBOX = "someone@example.com";
    private static final String PHONE = "+966501234567";

    @Test
    void givesATestWhatBelongsTogether(
            OtpManager otp,
            RecordingChannel channel,
            FaultyStore store,
            MutableClock clock,
            RecordingListener listener) {
        otp.send(MAILBOX);
        otp.send(PHONE);

        assertThat(otp.verify(PHONE, channel.lastCodeTo(PHONE)).isVerified()).isTrue();
        assertThat(listener.events(OtpEvent.Verified.class))
                .extracting(OtpEvent::at)
                .containsExactly(clock.instant());
        clock.advance(Duration.ofMinutes(5));
        assertThat(otp.verify(MAILBOX, channel.lastCodeTo(MAILBOX)))
                .isInstanceOfSatisfying(
                        VerifyResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(VerifyResult.Rejected.Reason.EXPIRED));
        store.failWith(FaultyStore.Fault.UNAVAILABLE);
        assertThatExceptionOfType(OtpStoreException.class).isThrownBy(() -> otp.send(PHONE));
    }

    @Test
    void givesEachTestItsOwn() {
        OfATest.SEEN.clear();
        OfATest.SETS.set(0);

        assertThat(run(OfATest.class).succeeded().count()).isEqualTo(3);

        assertThat(OfATest.SETS).hasValue(3);
        assertThat(OfATest.SEEN).hasSize(3 * 5);
    }

    @Test
    void keepsTestsInParallelApart() {
        InParallel.CLOCKS.clear();
        Events tests = EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .selectors(selectClass(InParallel.class))
                .execute()
                .testEvents();

        assertThat(tests.succeeded().count()).isEqualTo(4);
        assertThat(InParallel.CLOCKS).hasSize(4);
    }

    @Test
    void saysWhereParametersMayStand() {
        assertThat(run(OfAConstructor.class).failed().stream())
                .singleElement()
                .is(finishedWithFailure(message(
                        text -> text.contains("MutableClock can be a parameter of a test, of @BeforeEach and of"))));
    }

    @Test
    void takesAStoreAChannelAndAPolicy() {
        Customized.CLOSED.set(0);

        assertThat(run(Customized.class).succeeded().count()).isEqualTo(2);

        assertThat(Customized.CLOSED).hasValue(2);
    }

    @Test
    void closesTheStoreOfAManagerThatCannotBeBuilt() {
        Customized.CLOSED.set(0);

        assertThat(run(Impossible.class).failed().count()).isEqualTo(1);

        assertThat(Customized.CLOSED).hasValue(1);
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
    }

    @ExtendWith(OtpExtension.class)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OfATest {
        static final Set<Object> SEEN = Collections.newSetFromMap(new IdentityHashMap<>());
        static final AtomicInteger SETS = new AtomicInteger();

        private RecordingChannel before;

        @BeforeEach
        void start(RecordingChannel channel) {
            before = channel;
        }

        @RepeatedTest(2)
        void each(
                OtpManager otp,
                RecordingChannel channel,
                FaultyStore store,
                MutableClock clock,
                RecordingListener listener) {
            assertThat(channel).isSameAs(before);
            assertThat(channel.messages()).isEmpty();
            for (Object object : new Object[] {otp, channel, store, clock, listener}) {
                SEEN.add(object);
            }
            otp.send(MAILBOX);
        }

        @AfterEach
        void end(RecordingChannel channel) {
            assertThat(channel).isSameAs(before);
            SETS.incrementAndGet();
        }

        @Nested
        class Inside {
            @Test
            void nested(
                    OtpManager otp,
                    RecordingChannel channel,
                    FaultyStore store,
                    MutableClock clock,
                    RecordingListener listener) {
                each(otp, channel, store, clock, listener);
            }
        }
    }

    /** Ends only if each test runs beside another. JUnit does not promise that all four run at once. */
    @Execution(ExecutionMode.CONCURRENT)
    static class InParallel {
        @RegisterExtension
        static final OtpExtension OTP = OtpExtension.builder().build();

        static final Set<MutableClock> CLOCKS = ConcurrentHashMap.newKeySet();

        private static final CyclicBarrier PAIR = new CyclicBarrier(2);

        @RepeatedTest(4)
        void each(OtpManager otp, RecordingChannel channel, MutableClock clock) throws Exception {
            CLOCKS.add(clock);
            otp.send(MAILBOX);
            PAIR.await(30, TimeUnit.SECONDS);
            assertThat(channel.messages()).hasSize(1);
            assertThat(otp.verify(MAILBOX, channel.lastCode()).isVerified()).isTrue();
        }
    }

    @ExtendWith(OtpExtension.class)
    static class OfAConstructor {
        OfAConstructor(MutableClock clock) {
            clock.advance(Duration.ofDays(1));
        }

        @Test
        void never() {}
    }

    static class Customized {
        static final AtomicInteger CLOSED = new AtomicInteger();

        @RegisterExtension
        final OtpExtension otp = OtpExtension.builder()
                .channel(RecordingChannel::sms)
                .store(Customized::store)
                .manager(manager -> manager.defaultRegion("SA")
                        .policy(OtpPolicy.builder().length(8).build()))
                .build();

        static SaneStore store() {
            return new SaneStore() {
                @Override
                public void close() {
                    CLOSED.incrementAndGet();
                }
            };
        }

        @Test
        void one(OtpManager manager, RecordingChannel channel) {
            assertThat(manager.send(MAILBOX).isSent()).as("by an SMS").isFalse();
            assertThat(manager.send("0501234567").isSent()).isTrue();
            assertThat(channel.lastCodeTo(PHONE)).hasSize(8);
        }

        @Test
        void another(FaultyStore store) {
            store.failWith(FaultyStore.Fault.UNAVAILABLE);
        }
    }

    static class Impossible {
        @RegisterExtension
        final OtpExtension otp = OtpExtension.builder()
                .store(Customized::store)
                .manager(manager -> manager.defaultRegion("nowhere"))
                .build();

        @Test
        void never() {}
    }
}
