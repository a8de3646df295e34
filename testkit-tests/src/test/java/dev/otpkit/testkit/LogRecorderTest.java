package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

class LogRecorderTest {
    private static final String NAME = "com.acme.Login";

    private final Logger slf4j = (Logger) LoggerFactory.getLogger(NAME);
    private final java.util.logging.Logger jul = java.util.logging.Logger.getLogger(NAME);

    @AfterEach
    void restoreLevels() {
        slf4j.setLevel(null);
        slf4j.setAdditive(true);
        jul.setLevel(null);
        MDC.clear();
    }

    @Test
    void recordsBothLogsAtTheFinestLevelAndBothStreams() {
        slf4j.setLevel(Level.OFF);
        jul.setLevel(java.util.logging.Level.OFF);
        try (LogRecorder log = LogRecorder.start()) {
            System.err.print("four");
            slf4j.trace("one {}", 1);
            jul.log(java.util.logging.Level.FINEST, "two {0}", "2");
            System.out.print("three");

            assertThat(ours(log))
                    .containsExactly("TRACE com.acme.Login one 1", "FINEST com.acme.Login two 2", "three", "four");
        }
    }

    @Test
    void recordsAllThatALineHas() {
        Marker marker = MarkerFactory.getMarker("AUDIT");
        Exception thrown = new IllegalStateException("outer", new IllegalArgumentException("inner"));
        try (LogRecorder log = LogRecorder.start()) {
            MDC.put("tenant", "7");
            slf4j.atWarn()
                    .addMarker(marker)
                    .addKeyValue("user", "some")
                    .setCause(thrown)
                    .log("one");
            jul.log(java.util.logging.Level.WARNING, "two", thrown);

            assertThat(ours(log).get(0))
                    .startsWith("WARN com.acme.Login one [AUDIT] [user=\"some\"] [tenant=7]"
                            + " java.lang.IllegalStateException: outer")
                    .contains("Caused by: java.lang.IllegalArgumentException: inner");
            assertThat(ours(log).get(1))
                    .startsWith("WARNING com.acme.Login two java.lang.IllegalStateException: outer")
                    .contains("Caused by: java.lang.IllegalArgumentException: inner");
        }
    }

    @Test
    void recordsOneLoggerFromALevelOn() {
        try (LogRecorder log = LogRecorder.start("com.acme", System.Logger.Level.INFO)) {
            slf4j.debug("below");
            jul.config("below");
            LoggerFactory.getLogger("com.acmes").error("another");
            java.util.logging.Logger.getLogger("com.acmes").severe("another");
            System.out.print("printed");
            slf4j.info("one");
            jul.info("two");

            assertThat(log.texts()).containsExactly("INFO com.acme.Login one", "INFO com.acme.Login two");
        }
    }

    @Test
    void recordsALoggerThatPassesNothingOn() {
        slf4j.setAdditive(false);
        slf4j.setLevel(Level.OFF);
        try (LogRecorder log = LogRecorder.start("com.acme", System.Logger.Level.TRACE)) {
            slf4j.trace("one");
            jul.finest("two");

            assertThat(log.texts()).containsExactly("TRACE com.acme.Login one", "FINEST com.acme.Login two");
        }
    }

    @Test
    void leavesOutServersForTests() {
        try (LogRecorder log = LogRecorder.start()) {
            java.util.logging.Logger.getLogger("com.sun.net.httpserver").info("request");
            LoggerFactory.getLogger("org.eclipse.jetty.server").info("request");

            assertThat(ours(log)).isEmpty();
        }
    }

    @Test
    void forgetsWhatIsCleared() {
        try (LogRecorder log = LogRecorder.start()) {
            slf4j.info("one");
            System.out.print("two");
            log.clear();
            slf4j.info("three");

            assertThat(ours(log)).containsExactly("INFO com.acme.Login three");
        }
    }

    @Test
    void restoresLevelsAndStreamsAtItsEndAndCanStillBeRead() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        jul.setLevel(java.util.logging.Level.SEVERE);
        LogRecorder log = LogRecorder.start();
        slf4j.info("one");
        log.close();
        jul.setLevel(java.util.logging.Level.OFF);
        log.close();
        slf4j.error("late");

        assertThat(ours(log)).containsExactly("INFO com.acme.Login one");
        assertThat(System.out).isSameAs(out);
        assertThat(System.err).isSameAs(err);
        assertThat(((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).getLevel())
                .isEqualTo(Level.OFF);
        assertThat(java.util.logging.Logger.getLogger("").getLevel()).isEqualTo(java.util.logging.Level.INFO);
        assertThat(jul.getLevel()).as("after the second close").isEqualTo(java.util.logging.Level.OFF);
    }

    @Test
    void restoresTheLevelOfOneLogger() {
        slf4j.setLevel(Level.WARN);
        LogRecorder.start(NAME, System.Logger.Level.ALL).close();

        assertThat(slf4j.getLevel()).isEqualTo(Level.WARN);
        assertThat(jul.getLevel()).isNull();
    }

    @Test
    void doesNotStartWhereSlf4jCannotBeRecorded() {
        LoggerContext context = slf4j.getLoggerContext();
        PrintStream out = System.out;
        context.addTurboFilter(new Deny());
        try {
            assertThatIllegalStateException()
                    .isThrownBy(LogRecorder::start)
                    .withMessageStartingWith("The lines of SLF4J cannot be recorded. Add ch.qos.logback:");
        } finally {
            context.resetTurboFilterList();
        }
        assertThat(System.out).isSameAs(out);
    }

    @Test
    void wantsALoggerAndALevel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogRecorder.start("", System.Logger.Level.ALL))
                .withMessage("logger must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogRecorder.start(NAME, System.Logger.Level.OFF))
                .withMessage("level must not be OFF");
        assertThatNullPointerException().isThrownBy(() -> LogRecorder.start(null, System.Logger.Level.ALL));
        assertThatNullPointerException().isThrownBy(() -> LogRecorder.start(NAME, null));
    }

    /** Returns the texts without those of HTTP clients that other tests in this JVM have left behind. */
    private static List<String> ours(LogRecorder log) {
        return log.texts().stream()
                .filter(text -> !text.contains(" jdk.internal.httpclient."))
                .toList();
    }

    private static final class Deny extends TurboFilter {
        @Override
        public FilterReply decide(
                Marker marker, Logger logger, Level level, String format, Object[] params, Throwable thrown) {
            return FilterReply.DENY;
        }
    }
}
