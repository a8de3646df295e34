package dev.otpkit.store.redis;

import static java.util.Map.entry;

import dev.otpkit.OtpStoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns failures of Lettuce and error replies of Redis into exceptions with host, reason and remedy. */
final class RedisErrors {
    private static final int MAX_TEXT = 300;

    /** The words in an error reply before the arguments of an unknown command; of AUTH these are the password. */
    private static final String ARGUMENTS = "with args beginning with";

    /** Inside a script, Redis 6.2 puts its own text around the code of an error. */
    private static final Pattern CODE = Pattern.compile("(?:^|: -?)([A-Z]{3,})\\b");

    private static final String CREDENTIALS = "check user name and password";

    private static final String FOREIGN_KEY =
            "other data uses a key with the same prefix: set a prefix that only the store uses";

    private static final String RIGHTS =
            "permit its user the commands and keys that the Javadoc of RedisOtpStore lists";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            entry("OOM", "its memory is full: raise maxmemory, find the cause, and keep maxmemory-policy noeviction"),
            entry("READONLY", "it is a replica: name its primary, or Sentinels or a Cluster that know the primary"),
            entry("NOREPLICAS", "it has fewer replicas than its min-replicas-to-write: check them"),
            entry("MISCONF", "it cannot write to its disk: check the disk, and its log"),
            entry("LOADING", "it is loading its data after a start: wait"),
            entry("MASTERDOWN", "it is a replica without its primary: check both"),
            entry("CLUSTERDOWN", "check the nodes of the Cluster: slots without a primary, or too few primaries"),
            entry("BUSY", "another script runs for too long: find its client"),
            entry("WRONGTYPE", FOREIGN_KEY),
            entry("NOAUTH", CREDENTIALS),
            entry("WRONGPASS", CREDENTIALS),
            entry("NOPERM", RIGHTS),
            entry("DENIED", "it accepts only local connections: set a password there, or protected-mode no"));

    private RedisErrors() {}

    /** @param lastFailure the failure of the last attempt to reconnect; null if it succeeded */
    static OtpStoreException of(
            String where, RedisException failure, @Nullable Throwable lastFailure, Duration timeout) {
        boolean away = failure instanceof Node.NotConnectedException || isRejection(failure);
        Throwable cause = away && lastFailure != null ? lastFailure : failure;
        Throwable decisive = decisive(cause);
        String reason;
        if (failure instanceof ConnectionTimeoutException) {
            reason = String.valueOf(failure.getMessage());
        } else if (failure instanceof RedisCommandTimeoutException) {
            reason = "no reply within " + timeout;
        } else if (away) {
            reason = "not connected" + (lastFailure == null ? "" : ", " + text(decisive));
        } else {
            reason = text(decisive);
        }
        String message = "Redis at " + where + ": " + reason + "; " + advice(failure, decisive, away);
        return repeatsArguments(cause) ? new OtpStoreException(message) : new OtpStoreException(message, cause);
    }

    static boolean isReadOnly(RedisException failure) {
        return "READONLY".equals(code(failure));
    }

    static boolean lacksReplicas(RedisException failure) {
        return failure instanceof Node.NotReplicatedException || "NOREPLICAS".equals(code(failure));
    }

    private static String advice(RedisException failure, Throwable decisive, boolean away) {
        if (decisive instanceof RedisCommandInterruptedException) {
            return "the calling thread was interrupted";
        }
        if (failure instanceof Node.NotReplicatedException) {
            return "changes are not safe until replicas are connected again: check them, or require fewer";
        }
        if (failure instanceof ConnectionTimeoutException) {
            return "check that it runs, its address, TLS, its load, and the network, or set a longer connectTimeout";
        }
        if (failure instanceof RedisCommandTimeoutException) {
            return "check that it runs, its load, and the network; the store recovers by itself";
        }
        String advice = ADVICE.get(code(decisive));
        if (advice != null) {
            return advice;
        }
        String text = String.valueOf(decisive.getMessage());
        if (text.contains("unknown command")) {
            return "Redis 6.2 or later or Valkey is required, with GETEX, EVALSHA, EVAL and WAIT not renamed";
        }
        if (text.contains("can't run this command") || text.contains("has no permissions")) {
            return RIGHTS;
        }
        if (text.contains("not an integer") || text.contains("attempt to perform arithmetic")) {
            return FOREIGN_KEY;
        }
        if (text.contains("using sentinel for masterId")) {
            return "check the name of the primary, and that the Sentinels monitor it";
        }
        if (text.contains("cluster support disabled")) {
            return "it is no node of a Cluster: connect to it as a single server";
        }
        if (text.contains("size exceeded")) {
            return "too many requests wait for a reply: check its load, and the rate of requests";
        }
        if (text.contains("max number of clients")) {
            return "raise its maxclients, or find the client with so many connections";
        }
        if (text.contains("invalid password") || text.contains("without any password configured")) {
            return CREDENTIALS;
        }
        if (decisive instanceof GeneralSecurityException || decisive instanceof SSLException) {
            return "the JVM must trust its certificate, and the certificate must name the host";
        }
        if (decisive instanceof RedisCommandExecutionException && !away) {
            return "see the log of the server";
        }
        return "check that it runs, its address, TLS, and the network"
                + (away ? "; the store reconnects by itself" : "");
    }

    /** Returns the code at the beginning of a server's error; empty if there is none. */
    private static String code(Throwable failure) {
        Matcher matcher = CODE.matcher(String.valueOf(failure.getMessage()));
        String found = "";
        while (matcher.find()) {
            found = matcher.group(1);
            if (ADVICE.containsKey(found)) {
                return found;
            }
        }
        return found;
    }

    /** Returns the error reply of the server, or else the root cause. */
    static Throwable decisive(Throwable failure) {
        return errorReply(failure).orElseGet(() -> rootCause(failure));
    }

    private static Optional<Throwable> errorReply(Throwable failure) {
        if (failure instanceof RedisCommandExecutionException) {
            return Optional.of(failure);
        }
        return causes(failure).stream()
                .flatMap(each -> errorReply(each).stream())
                .findFirst();
    }

    private static Throwable rootCause(Throwable failure) {
        List<Throwable> causes = causes(failure);
        return causes.isEmpty() || failure instanceof RedisCommandInterruptedException
                ? failure
                : rootCause(causes.get(0));
    }

    /**
     * Returns the cause of a failure, and its suppressed exceptions, in which Lettuce keeps the failures of several
     * nodes.
     */
    private static List<Throwable> causes(Throwable failure) {
        return Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
                .toList();
    }

    private static boolean isRejection(RedisException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Currently not connected") || message.startsWith("Connection ");
    }

    private static boolean repeatsArguments(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains(ARGUMENTS)
                || causes(failure).stream().anyMatch(RedisErrors::repeatsArguments);
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.getClass().getSimpleName() : message;
        int arguments = text.indexOf(ARGUMENTS);
        String shown = (arguments < 0 ? text : text.substring(0, arguments))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .replaceAll("^ |[ ,]+$", "");
        return shown.length() > MAX_TEXT ? shown.substring(0, MAX_TEXT) + "…" : shown;
    }
}
