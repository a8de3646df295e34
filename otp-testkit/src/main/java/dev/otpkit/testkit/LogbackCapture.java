package dev.otpkit.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.LoggerFactory;

/** An appender that passes on each line of Logback, at every level. Loaded only where Logback is there. */
final class LogbackCapture extends AppenderBase<ILoggingEvent> {
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final BiConsumer<String, String> listener;

    private LogbackCapture(BiConsumer<String, String> listener) {
        this.listener = listener;
    }

    /** Begins to listen, and returns what ends it. */
    static Runnable begin(BiConsumer<String, String> listener) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogbackCapture capture = new LogbackCapture(listener);
        capture.setContext(context);
        capture.start();
        for (Logger logger : context.getLoggerList()) {
            if (logger.getLevel() != null) {
                capture.levelsBefore.put(logger, logger.getLevel());
                logger.setLevel(Level.TRACE);
            }
            if (logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME) || !logger.isAdditive()) {
                logger.addAppender(capture);
            }
        }
        return () -> capture.end(context);
    }

    @Override
    protected void append(ILoggingEvent event) {
        listener.accept(
                event.getLoggerName(),
                event + " " + event.getMarkerList() + event.getKeyValuePairs() + event.getMDCPropertyMap()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : " " + ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    private void end(LoggerContext context) {
        context.getLoggerList().forEach(logger -> logger.detachAppender(this));
        levelsBefore.forEach(Logger::setLevel);
        stop();
    }
}
