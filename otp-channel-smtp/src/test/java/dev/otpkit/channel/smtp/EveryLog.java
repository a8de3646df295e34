package dev.otpkit.channel.smtp;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, at every level, by SLF4J and {@code java.util.logging}. */
final class EveryLog implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final ch.qos.logback.classic.Logger root =
            (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ch.qos.logback.classic.Level levelBefore = root.getLevel();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            texts.add(event
                    + (event.getThrowableProxy() == null
                            ? ""
                            : " " + ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };
    private final Formatter formatter = new SimpleFormatter();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            // The JDK's own server plays Google.
            if (!String.valueOf(entry.getLoggerName()).startsWith("com.sun.net.httpserver")) {
                texts.add(textOf(entry, formatter));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    EveryLog() {
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        // As a reader of a configuration would, and as bluntly as anyone may who is no filter's owner.
        for (String name : List.of(
                "dev.otpkit.channel.smtp",
                "dev.otpkit.channel.smtp.protocol",
                "org.eclipse.angus.mail",
                "jdk.httpclient.HttpClient",
                "jdk.internal.httpclient.debug")) {
            Logger.getLogger(name).setLevel(Level.ALL);
        }
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger.getLogger(name).setLevel(Level.ALL);
        }
        root.setLevel(ch.qos.logback.classic.Level.TRACE);
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    private static String textOf(LogRecord entry, Formatter formatter) {
        StringWriter text = new StringWriter();
        text.append(entry.getLoggerName()).append(' ').append(formatter.formatMessage(entry));
        if (entry.getThrown() != null) {
            entry.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        return text.toString();
    }

    /** Returns every text with its throwable, if there was one. */
    List<String> texts() {
        return texts;
    }

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(handler);
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger.getLogger(name).setLevel(name.isEmpty() ? Level.INFO : null);
        }
        root.detachAppender(appender);
        root.setLevel(levelBefore);
    }
}
