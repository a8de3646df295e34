package dev.otpkit.channel.mshastra;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Hears what is logged through slf4j and java.util.logging, at the finest level, until it is closed. */
final class LogListener extends Handler implements AutoCloseable {
    private final Formatter formatter = new SimpleFormatter();
    private final Logger jul = Logger.getLogger("");
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final List<String> julTexts = new CopyOnWriteArrayList<>();
    private final ch.qos.logback.classic.Logger logback =
            (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ch.qos.logback.classic.Level logbackBefore = logback.getLevel();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected synchronized void append(ILoggingEvent event) {
            super.append(event);
        }
    };

    LogListener() {
        setLevel(Level.ALL);
        jul.addHandler(this);
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger logger = LogManager.getLogManager().getLogger(name);
            if (logger != null && logger.getLevel() != null) {
                levelsBefore.put(logger, logger.getLevel());
                logger.setLevel(Level.ALL);
            }
        }
        appender.start();
        logback.addAppender(appender);
        logback.setLevel(ch.qos.logback.classic.Level.TRACE);
    }

    List<String> texts() {
        return Stream.concat(
                        julTexts.stream(),
                        List.copyOf(appender.list).stream()
                                .map(event -> event.getFormattedMessage() + " "
                                        + ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .toList();
    }

    private static String textOf(LogRecord entry, Formatter formatter) {
        StringWriter text = new StringWriter();
        text.append(entry.getLoggerName()).append(' ').append(formatter.formatMessage(entry));
        if (entry.getThrown() != null) {
            entry.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        return text.toString();
    }

    @Override
    public void publish(LogRecord entry) {
        // The JDK's own server plays the provider.
        if (!String.valueOf(entry.getLoggerName()).startsWith("com.sun.net.httpserver")) {
            julTexts.add(textOf(entry, formatter));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        jul.removeHandler(this);
        levelsBefore.forEach(Logger::setLevel);
        logback.detachAppender(appender);
        logback.setLevel(logbackBefore);
    }
}
