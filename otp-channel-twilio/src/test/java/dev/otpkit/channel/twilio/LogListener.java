package dev.otpkit.channel.twilio;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
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
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Hears what anyone logs, at the finest level, but for the server that plays Twilio and the engine that runs the test.
 */
final class LogListener implements AutoCloseable {
    private static final List<String> SERVER =
            List.of("WireMock", "wiremock.", "com.github.tomakehurst.", "org.eclipse.jetty");

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ch.qos.logback.classic.Level levelBefore = root.getLevel();
    private final java.util.logging.Logger julRoot = java.util.logging.Logger.getLogger("");
    private final Map<java.util.logging.Logger, Level> julLevelsBefore = new HashMap<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (SERVER.stream().noneMatch(event.getLoggerName()::startsWith)) {
                IThrowableProxy thrown = event.getThrowableProxy();
                texts.add(event.getLoggerName() + " " + event.getFormattedMessage()
                        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
            }
        }
    };
    private final SimpleFormatter formatter = new SimpleFormatter();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            // The JDK's own server plays Twilio.
            String logger = String.valueOf(entry.getLoggerName());
            if (logger.startsWith("org.junit.") || logger.startsWith("com.sun.net.httpserver")) {
                return;
            }
            Throwable thrown = entry.getThrown();
            texts.add(entry.getLoggerName() + " " + formatter.formatMessage(entry)
                    + (thrown == null ? "" : stackTraceOf(thrown)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    LogListener() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        root.setLevel(ch.qos.logback.classic.Level.TRACE);
        handler.setLevel(Level.ALL);
        julRoot.addHandler(handler);
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            java.util.logging.Logger logger = LogManager.getLogManager().getLogger(name);
            if (logger != null && logger.getLevel() != null) {
                julLevelsBefore.put(logger, logger.getLevel());
                logger.setLevel(Level.ALL);
            }
        }
    }

    private static String stackTraceOf(Throwable thrown) {
        StringWriter words = new StringWriter();
        thrown.printStackTrace(new PrintWriter(words, true));
        return words.toString();
    }

    List<String> texts() {
        return texts;
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        root.setLevel(levelBefore);
        julRoot.removeHandler(handler);
        julLevelsBefore.forEach(java.util.logging.Logger::setLevel);
    }
}
