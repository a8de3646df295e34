package dev.otpkit.testkit;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** A handler that passes on each line of {@code java.util.logging}, at every level. */
final class JulCapture extends Handler {
    private final Logger root = Logger.getLogger("");
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final BiConsumer<String, String> listener;

    private JulCapture(BiConsumer<String, String> listener) {
        this.listener = listener;
    }

    /** Begins to listen, and returns what ends it. */
    static Runnable begin(BiConsumer<String, String> listener) {
        JulCapture capture = new JulCapture(listener);
        capture.setFormatter(new SimpleFormatter());
        capture.setLevel(Level.ALL);
        capture.root.addHandler(capture);
        LogManager manager = LogManager.getLogManager();
        for (String name : Collections.list(manager.getLoggerNames())) {
            Logger logger = manager.getLogger(name);
            if (logger != null && logger.getLevel() != null) {
                capture.levelsBefore.put(logger, logger.getLevel());
                logger.setLevel(Level.ALL);
            }
        }
        return capture::close;
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        listener.accept(
                String.valueOf(entry.getLoggerName()),
                getFormatter().formatMessage(entry) + (thrown == null ? "" : " " + LogCapture.wordsOf(thrown)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        levelsBefore.forEach(Logger::setLevel);
    }
}
