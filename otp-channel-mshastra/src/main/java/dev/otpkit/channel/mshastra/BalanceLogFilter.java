package dev.otpkit.channel.mshastra;

import java.util.Arrays;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the URL of a balance, which has the password in it, out of the log of the JDK's HTTP client: at its finest
 * level the one of JDK 17 tells each URL that it is asked for. A filter stays when levels and handlers are changed or
 * read again, as long as its logger is reachable.
 */
final class BalanceLogFilter {
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("jdk.internal.httpclient.debug"), Logger.getLogger("jdk.httpclient.HttpClient"));

    static {
        LOGGERS.forEach(logger -> logger.setFilter(withoutBalances(logger.getFilter())));
    }

    private BalanceLogFilter() {}

    /** Sees to it that the filters are there; they stay, since the client logs on threads and at times of its own. */
    static void hideBalances() {
        // Initialising the class has done it.
    }

    private static Filter withoutBalances(@Nullable Filter other) {
        return entry -> !tellsABalance(entry) && (other == null || other.isLoggable(entry));
    }

    private static boolean tellsABalance(LogRecord entry) {
        return (entry.getMessage() + Arrays.toString(entry.getParameters())).contains(MshastraChannel.BALANCE);
    }
}
