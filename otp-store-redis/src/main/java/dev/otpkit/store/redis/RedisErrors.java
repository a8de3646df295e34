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

/** Says of what failed where it did, why, and who must do what. */
final class RedisErrors {
    private static final int MAX_TEXT = 300;

    /** What a server repeats of a command that it does not know; of AUTH that is the password. */
    private static final String ECHO = "with args beginning with";

    /** Inside a script, Redis 6.2 puts its own text around the code of an error. */
    private static final Pattern CODE = Pattern.compile("(?:^|: -?)([A-Z]{3,})\\b");

    private static final String CREDENTIALS = "check user name and password";

    private static final String FOREIGN_KEY =
            "something else has a key that begins alike: set a prefix of the store's own";

    private static final String RIGHTS = "allow its user the commands and keys that the Javadoc of RedisOtpStore lists";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            entry(
                    "OOM",
                    "its memory is full: raise maxmemory, find what fills it, and keep maxmemory-policy noeviction"),
            entry("READONLY", "it is a replica: name its primary, or Sentinels or a Cluster that know the primary"),
            entry("NOREPLICAS", "it has fewer replicas than its min-replicas-to-write: check them"),
            entry("MISCONF", "it can not write to its disk: check that, and its log"),
            entry("LOADING", "it is reading its data after a start: wait"),
            entry("MASTERDOWN", "it is a replica without its primary: check both"),
            entry("CLUSTERDOWN", "check the nodes of the Cluster: slots without a primary, or too few primaries"),
            entry("BUSY", "another script runs for too long: find whose"),
            entry("WRONGTYPE", FOREIGN_KEY),
            entry("NOAUTH", CREDENTIALS),
            entry("WRONGPASS", CREDENTIALS),
            entry("NOPERM", RIGHTS),
            entry("DENIED", "it accepts only local connections: set a password there, or protected-mode no"));

    private RedisErrors() {}

    /** @param lastFailure why the last attempt to connect again failed, if one did */
    static OtpStoreException of(
            String where, RedisException failure, @Nullable Throwable lastFailure, Duration timeout) {
        boolean away = failure instanceof Node.NotConnectedException || isRejection(failure);
        Throwable cause = away && lastFailure != null ? lastFailure : failure;
        Throwable telling = telling(cause);
        String reason;
        if (failure instanceof ConnectionTimeoutException) {
            reason = String.valueOf(failure.getMessage());
        } else if (failure instanceof RedisCommandTimeoutException) {
            reason = "no answer within " + timeout;
        } else if (away) {
            reason = "not connected" + (lastFailure == null ? "" : ", " + text(telling));
        } else {
            reason = text(telling);
        }
        String message = "Redis at " + where + ": " + reason + "; " + advice(failure, telling, away);
        return repeatsArguments(cause) ? new OtpStoreException(message) : new OtpStoreException(message, cause);
    }

    static boolean isReadOnly(RedisException failure) {
        return "READONLY".equals(code(failure));
    }

    static boolean lacksReplicas(RedisException failure) {
        return failure instanceof Node.NotReplicatedException || "NOREPLICAS".equals(code(failure));
    }

    private static String advice(RedisException failure, Throwable telling, boolean away) {
        if (telling instanceof RedisCommandInterruptedException) {
            return "the calling thread was interrupted";
        }
        if (failure instanceof Node.NotReplicatedException) {
            return "nothing may be relied upon until replicas are connected again: check them, or ask for fewer";
        }
        if (failure instanceof ConnectionTimeoutException) {
            return "check that it runs, its address, TLS, its load, and the network, or set a longer connectTimeout";
        }
        if (failure instanceof RedisCommandTimeoutException) {
            return "check that it runs, its load, and the network; the store goes on by itself when it answers again";
        }
        String advice = ADVICE.get(code(telling));
        if (advice != null) {
            return advice;
        }
        String text = String.valueOf(telling.getMessage());
        if (text.contains("unknown command")) {
            return "Redis from 6.2 or Valkey is needed, with GETEX, EVALSHA, EVAL and WAIT under their own names";
        }
        if (text.contains("can't run this command") || text.contains("has no permissions")) {
            return RIGHTS;
        }
        if (text.contains("not an integer") || text.contains("attempt to perform arithmetic")) {
            return FOREIGN_KEY;
        }
        if (text.contains("using sentinel for masterId")) {
            return "check the name of the primary, and whether the Sentinels know it";
        }
        if (text.contains("cluster support disabled")) {
            return "it is no node of a Cluster: connect to it as to one server";
        }
        if (text.contains("size exceeded")) {
            return "too many requests wait for its answer: check its load, and who asks so much";
        }
        if (text.contains("max number of clients")) {
            return "raise its maxclients, or find who opens so many connections";
        }
        if (text.contains("invalid password") || text.contains("without any password configured")) {
            return CREDENTIALS;
        }
        if (telling instanceof GeneralSecurityException || telling instanceof SSLException) {
            return "the JVM must trust its certificate, and that must name the host";
        }
        if (telling instanceof RedisCommandExecutionException && !away) {
            return "see the log of the server";
        }
        return "check that it runs, its address, TLS, and the network"
                + (away ? "; the store connects again by itself" : "");
    }

    /** Returns the code that the server's error begins with; empty if there is none. */
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

    /** Returns what the server said, or else the first cause of all. */
    static Throwable telling(Throwable failure) {
        return said(failure).orElseGet(() -> first(failure));
    }

    private static Optional<Throwable> said(Throwable failure) {
        if (failure instanceof RedisCommandExecutionException) {
            return Optional.of(failure);
        }
        return behind(failure).stream().flatMap(each -> said(each).stream()).findFirst();
    }

    private static Throwable first(Throwable failure) {
        List<Throwable> behind = behind(failure);
        return behind.isEmpty() || failure instanceof RedisCommandInterruptedException ? failure : first(behind.get(0));
    }

    /**
     * Returns what caused a failure, and what it suppressed: that is where Lettuce keeps the failures of several nodes.
     */
    private static List<Throwable> behind(Throwable failure) {
        return Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
                .toList();
    }

    private static boolean isRejection(RedisException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Currently not connected") || message.startsWith("Connection ");
    }

    private static boolean repeatsArguments(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains(ECHO)
                || behind(failure).stream().anyMatch(RedisErrors::repeatsArguments);
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.getClass().getSimpleName() : message;
        int echo = text.indexOf(ECHO);
        String shown = (echo < 0 ? text : text.substring(0, echo))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .replaceAll("^ |[ ,]+$", "");
        return shown.length() > MAX_TEXT ? shown.substring(0, MAX_TEXT) + "…" : shown;
    }
}
