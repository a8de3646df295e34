package acme.jvm;

import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.HttpURLConnection;
import java.net.ProxySelector;
import java.net.ResponseCache;
import java.net.URL;
import java.net.URLConnection;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** Runs a task and prints what it changed for the whole JVM. */
public final class Watch {
    private static final String[] SECURITY = {
        "networkaddress.cache.ttl",
        "networkaddress.cache.negative.ttl",
        "jdk.tls.disabledAlgorithms",
        "jdk.certpath.disabledAlgorithms",
        "securerandom.source",
        "securerandom.strongAlgorithms",
        "ssl.KeyManagerFactory.algorithm",
        "ssl.TrustManagerFactory.algorithm",
        "keystore.type"
    };

    private Watch() {}

    /** A task that may throw anything. */
    public interface Task {
        /** Prints what it did. */
        void run() throws Exception;
    }

    /** Initialises every class of OTP Kit, runs the task, and prints a line for each change. */
    public static void over(Task task) throws Exception {
        state(); // Looking alone sets things that the JDK sets when it is asked for them.
        Map<String, String> before = state();
        initialise();
        task.run();
        Map<String, String> after = state();
        Map<String, String> all = new TreeMap<>(before);
        all.putAll(after);
        for (String key : all.keySet()) {
            if (!Objects.equals(before.get(key), after.get(key))) {
                System.out.println("changed " + key + ": " + before.get(key) + " -> " + after.get(key));
            }
        }
        setsOnce("java.net.URL factory", () -> URL.setURLStreamHandlerFactory(protocol -> null));
        setsOnce("URLConnection factory", () -> URLConnection.setContentHandlerFactory(type -> null));
    }

    private static void initialise() throws Exception {
        for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
            if (module.name().startsWith("dev.otpkit")) {
                try (ModuleReader reader = module.reference().open()) {
                    for (String name : reader.list()
                            .filter(name -> name.matches("dev/.*\\.class"))
                            .toList()) {
                        Class.forName(name.replace(".class", "").replace('/', '.'));
                    }
                }
            }
        }
    }

    /** A JVM has at most one of these; that it has one shows only when a second one is refused. */
    private static void setsOnce(String name, Runnable set) {
        try {
            set.run();
        } catch (Error e) {
            System.out.println("changed " + name + ": null -> set");
        }
    }

    private static Map<String, String> state() throws Exception {
        Map<String, String> state = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            state.put("system property " + name, System.getProperty(name));
        }
        for (String name : SECURITY) {
            state.put("security property " + name, Security.getProperty(name));
        }
        for (String name : Collections.list(LogManager.getLogManager().getLoggerNames())) {
            Logger logger = Logger.getLogger(name);
            put(state, "logger " + name + " level", logger.getLevel());
            put(state, "logger " + name + " filter", logger.getFilter() == null ? null : "a filter");
            put(
                    state,
                    "logger " + name + " handlers",
                    logger.getHandlers().length == 0 ? null : Arrays.toString(logger.getHandlers()));
            put(state, "logger " + name + " parent", logger.getUseParentHandlers() ? null : "not used");
        }
        put(
                state,
                "security providers",
                Arrays.stream(Security.getProviders()).map(Provider::getName).collect(Collectors.joining(",")));
        put(
                state,
                "locale",
                Locale.getDefault() + " " + Locale.getDefault(Locale.Category.DISPLAY) + " "
                        + Locale.getDefault(Locale.Category.FORMAT));
        put(state, "time zone", TimeZone.getDefault().getID());
        put(state, "SSL context", System.identityHashCode(SSLContext.getDefault()));
        put(state, "HTTPS socket factory", System.identityHashCode(HttpsURLConnection.getDefaultSSLSocketFactory()));
        put(
                state,
                "HTTPS host name verifier",
                System.identityHashCode(HttpsURLConnection.getDefaultHostnameVerifier()));
        put(state, "follow redirects", HttpURLConnection.getFollowRedirects());
        put(state, "cookie handler", CookieHandler.getDefault());
        put(state, "proxy selector", ProxySelector.getDefault());
        put(state, "authenticator", Authenticator.getDefault());
        put(state, "response cache", ResponseCache.getDefault());
        put(state, "file name map", System.identityHashCode(URLConnection.getFileNameMap()));
        put(state, "exception handler", Thread.getDefaultUncaughtExceptionHandler());
        put(
                state,
                "standard streams",
                System.identityHashCode(System.in) + " " + System.identityHashCode(System.out) + " "
                        + System.identityHashCode(System.err));
        return state;
    }

    private static void put(Map<String, String> state, String name, Object value) {
        if (value != null) {
            state.put(name, value.toString());
        }
    }
}
