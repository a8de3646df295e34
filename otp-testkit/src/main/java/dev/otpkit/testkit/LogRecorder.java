package dev.otpkit.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A record of the lines that are logged and printed, for a test that an application logs an event, or no code, address
 * or password.
 *
 * <p>Records {@code java.util.logging}, and SLF4J if its provider on the class path of the tests is Logback or
 * {@code slf4j-jdk14}. A text of the log has level, logger, message, key-value pairs, markers, context and throwable.
 *
 * <p>Loggers and streams belong to the whole JVM: until {@link #close()}, levels are lowered and the lines of all
 * threads are recorded, so tests that record do not run in parallel with others. Loggers of JUnit and of servers for
 * tests (the JDK's HTTP server, WireMock, Jetty, MockWebServer, GreenMail) are left out. Appenders and handlers of the
 * configuration go on to work, and receive the lines of the lowered levels too. Thread-safe.
 */
public final class LogRecorder implements AutoCloseable {
    private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

    private static final List<String> TEST_SERVERS = List.of(
            "com.sun.net.httpserver",
            "WireMock",
            "wiremock.",
            "com.github.tomakehurst.",
            "org.eclipse.jetty",
            "okhttp3.mockwebserver",
            "mockwebserver3",
            "com.icegreen.greenmail",
            "org.junit.");

    private final Queue<LogLine> lines = new ConcurrentLinkedQueue<>();
    private final List<Runnable> ends = new ArrayList<>();
    private final String logger;
    private final System.Logger.Level level;
    private final Optional<PrintedText> printed;

    private LogRecorder(String logger, System.Logger.Level level, boolean streams) {
        this.logger = logger;
        this.level = level;
        ends.add(JulHandler.begin(logger, level, lines::add));
        if (LoggerFactory.getILoggerFactory().getClass().getName().equals(LOGBACK)) {
            ends.add(LogbackAppender.begin(logger, level, lines::add));
        }
        // Last: the JDK's own handler keeps the stream that is there when the first handler is added.
        printed = streams ? Optional.of(PrintedText.begin()) : Optional.empty();
        printed.ifPresent(text -> ends.add(text::end));
    }

    /**
     * Starts to record all loggers except those of JUnit and of servers for tests, at all levels, and
     * {@code System.out} and {@code System.err}.
     *
     * @return a new recorder; close it
     * @throws IllegalStateException if no line that is logged through SLF4J at its finest level arrives here
     */
    public static LogRecorder start() {
        return started(new LogRecorder("", System.Logger.Level.ALL, true));
    }

    /**
     * Starts to record one logger and those below it, and nothing that is printed.
     *
     * @param logger the name of the logger: of a class or a package; a longer one that merely begins with it is not
     *     recorded
     * @param level the lowest level to record; lines below it are not made
     * @return a new recorder; close it
     * @throws IllegalArgumentException if the name is empty or the level is {@code OFF}
     * @throws IllegalStateException if no line that is logged through SLF4J at this level arrives here
     */
    public static LogRecorder start(String logger, System.Logger.Level level) {
        Objects.requireNonNull(logger, "logger must not be null");
        Objects.requireNonNull(level, "level must not be null");
        if (logger.isEmpty()) {
            throw new IllegalArgumentException("logger must not be empty");
        }
        if (level == System.Logger.Level.OFF) {
            throw new IllegalArgumentException("level must not be OFF");
        }
        return started(new LogRecorder(logger, level, false));
    }

    /** Starts to record everything, even if that leaves out SLF4J. */
    static LogRecorder startWithoutProbe() {
        return new LogRecorder("", System.Logger.Level.ALL, true);
    }

    private static LogRecorder started(LogRecorder recorder) {
        boolean complete = false;
        try {
            if (!recorder.recordsSlf4j()) {
                throw new IllegalStateException("The lines of SLF4J cannot be recorded. Add"
                        + " ch.qos.logback:logback-classic, or org.slf4j:slf4j-jdk14 of the version of slf4j-api, to"
                        + " the test scope, in place of any other provider of SLF4J.");
            }
            complete = true;
        } finally {
            if (!complete) {
                recorder.close();
            }
        }
        recorder.clear();
        return recorder;
    }

    /**
     * Returns the texts since the start or the last {@link #clear()}.
     *
     * @return a copy: one text per line that was logged, in order, such as {@code "WARN com.acme.Login no code"},
     *     without the loggers of servers for tests; then all of {@code System.out} and all of {@code System.err}, each
     *     as one text if anything was printed there
     */
    public List<String> texts() {
        return Stream.concat(
                        lines.stream()
                                .filter(line -> !line.isFrom(TEST_SERVERS))
                                .map(LogLine::text),
                        printed.stream().flatMap(text -> text.texts().stream()))
                .toList();
    }

    /** Forgets the texts up to now. */
    public void clear() {
        drain(List.of());
    }

    /** Ends the record and restores levels and streams. The texts can still be read. */
    @Override
    public synchronized void close() {
        ends.forEach(Runnable::run);
        ends.clear();
    }

    /**
     * Returns the texts since the start or the last call, and forgets them.
     *
     * @param providerLoggers the beginnings of the names of loggers that are left out
     */
    List<String> drain(List<String> providerLoggers) {
        List<String> texts = new ArrayList<>();
        for (LogLine line = lines.poll(); line != null; line = lines.poll()) {
            if (!line.isFrom(TEST_SERVERS) && !line.isFrom(providerLoggers)) {
                texts.add(line.text());
            }
        }
        printed.ifPresent(text -> texts.addAll(text.drain()));
        return texts;
    }

    /** Returns whether a line that is logged through SLF4J, at the lowest level of this record, arrives here. */
    boolean recordsSlf4j() {
        String probe = "probe of a LogRecorder: " + System.nanoTime();
        LoggerFactory.getLogger(logger.isEmpty() ? "dev.otpkit.testkit.probe" : logger + ".probe")
                .atLevel(slf4jLevel())
                .log(probe);
        return texts().stream().anyMatch(text -> text.contains(probe));
    }

    private Level slf4jLevel() {
        return switch (level) {
            case ALL, TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR, OFF -> Level.ERROR;
        };
    }
}
