package dev.otpkit.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Everything that is logged by {@code java.util.logging} and SLF4J, at the finest level, or printed on
 * {@code System.out} and {@code System.err}, until it is closed.
 */
final class LogCapture implements AutoCloseable {
    private static final String PROBE = "dev.otpkit.testkit.probe";
    private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

    private static final Pattern FRAMES =
            Pattern.compile("^\\t+(at \\S+\\([^()\\s]+\\)|\\.\\.\\. \\d+ more)\\R", Pattern.MULTILINE);

    /** They play providers: what they log is no channel's. */
    private static final List<String> SERVERS = List.of(
            "com.sun.net.httpserver",
            "WireMock",
            "wiremock.",
            "com.github.tomakehurst.",
            "org.eclipse.jetty",
            "okhttp3.mockwebserver",
            "mockwebserver3",
            "com.icegreen.greenmail",
            "org.junit.");

    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final PrintedText printed = PrintedText.begin();
    private final List<Runnable> ends = new ArrayList<>();

    LogCapture() {
        BiConsumer<String, String> listener = (logger, text) -> entries.add(new Entry(logger, text));
        ends.add(JulCapture.begin(listener));
        if (LoggerFactory.getILoggerFactory().getClass().getName().equals(LOGBACK)) {
            ends.add(LogbackCapture.begin(listener));
        }
    }

    /**
     * Returns the texts since the last call, those on a standard stream in one text.
     *
     * @param providerLoggers the beginnings of the names of loggers that are left out
     */
    List<String> drain(List<String> providerLoggers) {
        List<String> texts = new ArrayList<>(printed.drain());
        for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
            if (Stream.concat(SERVERS.stream(), providerLoggers.stream()).noneMatch(entry.logger()::startsWith)) {
                texts.add(entry.logger() + " " + entry.text());
            }
        }
        return texts;
    }

    /** Returns whether a line that is logged by SLF4J at its finest level arrives here. */
    boolean hearsSlf4j() {
        String probe = "probe " + System.nanoTime();
        LoggerFactory.getLogger(PROBE).trace(probe);
        return entries.stream().anyMatch(entry -> entry.text().contains(probe)) || printed.contains(probe);
    }

    /** Returns what a throwable says, with its causes and suppressed ones: a stack trace without the frames. */
    static String wordsOf(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return FRAMES.matcher(trace.toString()).replaceAll("");
    }

    @Override
    public void close() {
        ends.forEach(Runnable::run);
        printed.end();
    }

    /** A line of a log. */
    private record Entry(String logger, String text) {}
}
