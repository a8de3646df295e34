package dev.otpkit.testkit;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** A handler that passes on each line of {@code java.util.logging} from a level on. */
final class JulHandler extends Handler {
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final Logger top;
    private final Consumer<LogLine> lines;

    private JulHandler(Logger top, Consumer<LogLine> lines) {
        this.top = top;
        this.lines = lines;
    }

    /**
     * Begins to pass on the lines of a logger and of those below it.
     *
     * @param name empty for all loggers
     * @return the end of it
     */
    static Runnable begin(String name, System.Logger.Level level, Consumer<LogLine> lines) {
        // The severity of TRACE is FINER, and SLF4J's TRACE is FINEST.
        Level lowest = level == System.Logger.Level.TRACE ? Level.ALL : Level.parse("" + level.getSeverity());
        JulHandler handler = new JulHandler(Logger.getLogger(name), lines);
        handler.setFormatter(new SimpleFormatter());
        handler.setLevel(lowest);
        handler.top.addHandler(handler);
        handler.lower(handler.top, lowest);
        LogManager manager = LogManager.getLogManager();
        for (String each : Collections.list(manager.getLoggerNames())) {
            Logger logger = manager.getLogger(each);
            if (logger != null && logger.getLevel() != null && (name.isEmpty() || each.startsWith(name + "."))) {
                handler.lower(logger, lowest);
            }
        }
        return handler::close;
    }

    private void lower(Logger logger, Level level) {
        levelsBefore.putIfAbsent(logger, logger.getLevel());
        logger.setLevel(level);
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            String logger = String.valueOf(entry.getLoggerName());
            Throwable thrown = entry.getThrown();
            lines.accept(new LogLine(
                    logger,
                    entry.getLevel() + " " + logger + " " + getFormatter().formatMessage(entry)
                            + (thrown == null ? "" : " " + ThrowableText.of(thrown))));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        top.removeHandler(this);
        levelsBefore.forEach(Logger::setLevel);
    }
}
