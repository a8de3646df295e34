package dev.otpkit.store.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a logger, and those below it, are told from some level on, until it is closed. */
final class CapturedLog implements AutoCloseable {
    private final Logger logger;
    private final Level levelBefore;
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            texts.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : " " + ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    private CapturedLog(String name, Level level) {
        logger = (Logger) LoggerFactory.getLogger(name);
        levelBefore = logger.getLevel();
        logger.setLevel(level);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    /** Captures all that is said by anyone. */
    static CapturedLog ofEverything() {
        return new CapturedLog(Logger.ROOT_LOGGER_NAME, Level.TRACE);
    }

    /** Captures what the store itself wants people to know. */
    static CapturedLog ofTheStore() {
        return new CapturedLog(RedisOtpStore.class.getName(), Level.INFO);
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(levelBefore);
        appender.stop();
    }
}
