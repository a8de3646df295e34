package dev.otpkit.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** An appender that passes on each line of Logback from a level on. Loaded only where Logback is there. */
final class LogbackAppender extends AppenderBase<ILoggingEvent> {
    private final Map<Logger, Level> levelsBefore = new HashMap<>();
    private final Level lowest;
    private final Consumer<LogLine> lines;

    private LogbackAppender(Level lowest, Consumer<LogLine> lines) {
        this.lowest = lowest;
        this.lines = lines;
    }

    /**
     * Begins to pass on the lines of a logger and of those below it.
     *
     * @param name empty for all loggers
     * @return the end of it
     */
    static Runnable begin(String name, System.Logger.Level level, Consumer<LogLine> lines) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogbackAppender appender = new LogbackAppender(
                level == System.Logger.Level.WARNING ? Level.WARN : Level.toLevel(level.name()), lines);
        appender.setContext(context);
        appender.start();
        Logger top = context.getLogger(name.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
        for (Logger logger : context.getLoggerList()) {
            boolean isTop = logger == top;
            if (isTop || name.isEmpty() || logger.getName().startsWith(name + ".")) {
                if (isTop || logger.getLevel() != null) {
                    appender.levelsBefore.put(logger, logger.getLevel());
                    logger.setLevel(appender.lowest);
                }
                if (isTop || !logger.isAdditive()) {
                    logger.addAppender(appender);
                }
            }
        }
        return () -> appender.end(context);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(lowest)) {
            lines.accept(new LogLine(event.getLoggerName(), text(event)));
        }
    }

    private static String text(ILoggingEvent event) {
        StringBuilder text = new StringBuilder()
                .append(event.getLevel())
                .append(' ')
                .append(event.getLoggerName())
                .append(' ')
                .append(event.getFormattedMessage());
        append(text, event.getMarkerList());
        append(text, event.getKeyValuePairs());
        append(text, event.getMDCPropertyMap().entrySet());
        if (event.getThrowableProxy() != null) {
            text.append(' ').append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Collection<?> values) {
        if (values != null && !values.isEmpty()) {
            text.append(' ').append(values);
        }
    }

    private void end(LoggerContext context) {
        context.getLoggerList().forEach(logger -> logger.detachAppender(this));
        levelsBefore.forEach(Logger::setLevel);
        stop();
    }
}
