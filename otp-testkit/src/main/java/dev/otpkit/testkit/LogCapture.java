package dev.otpkit.testkit;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that java.util.logging is told, at the finest level, until it is closed. */
final class LogCapture extends Handler implements AutoCloseable {
    private static final String JDK_HTTP_SERVER = "com.sun.net.httpserver";

    private final Logger root = Logger.getLogger("");
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    LogCapture() {
        setFormatter(new SimpleFormatter());
        setLevel(Level.ALL);
        root.addHandler(this);
        LogManager manager = LogManager.getLogManager();
        for (String name : Collections.list(manager.getLoggerNames())) {
            Logger logger = manager.getLogger(name);
            if (logger != null && logger.getLevel() != null) {
                levelsBefore.put(logger, logger.getLevel());
                logger.setLevel(Level.ALL);
            }
        }
    }

    List<String> texts() {
        return texts;
    }

    @Override
    public void publish(LogRecord entry) {
        String logger = entry.getLoggerName();
        // The JDK's own server logs what it is asked: it plays the provider, not the channel.
        if (logger == null || !logger.startsWith(JDK_HTTP_SERVER)) {
            texts.add(logger + " " + getFormatter().formatMessage(entry) + stackTrace(entry));
        }
    }

    private static String stackTrace(LogRecord entry) {
        if (entry.getThrown() == null) {
            return "";
        }
        StringWriter trace = new StringWriter();
        entry.getThrown().printStackTrace(new PrintWriter(trace, true));
        return " " + trace;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        levelsBefore.forEach(Logger::setLevel);
    }
}
