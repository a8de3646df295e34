package dev.otpkit.channel.mshastra;

import java.util.Arrays;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A filter that keeps the URL of a balance request, which contains the password, out of the log of the JDK's HTTP
 * client: at its finest level, JDK 17 logs each requested URL. The filter stays when levels and handlers are changed or
 * read again, as long as its logger is reachable.
 */
final class BalanceLogFilter {
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("jdk.internal.httpclient.debug"), Logger.getLogger("jdk.httpclient.HttpClient"));

    static {
        LOGGERS.forEach(logger -> logger.setFilter(withoutBalances(logger.getFilter())));
    }

    private BalanceLogFilter() {}

    /** Installs the filters once, for good, since the client logs on threads and at times of its own. */
    static void install() {
        // The initialisation of the class has installed them.
    }

    private static Filter withoutBalances(@Nullable Filter other) {
        return entry -> !namesABalancePage(entry) && (other == null || other.isLoggable(entry));
    }

    private static boolean namesABalancePage(LogRecord entry) {
        return (entry.getMessage() + Arrays.toString(entry.getParameters())).contains("/" + ApiBaseUrl.BALANCE_PAGE);
    }
}
