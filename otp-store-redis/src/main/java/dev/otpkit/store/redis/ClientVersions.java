package dev.otpkit.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of Lettuce and Netty on the class path, which an application's own BOM may have chosen.
 *
 * @param lettuce a version such as 7.7.0; empty if it is unknown
 * @param netty a version such as 4.2.17, the oldest if its jars differ; empty if it is unknown
 */
record ClientVersions(String lettuce, String netty) {
    private static final String NETTY_VERSIONS = "META-INF/io.netty.versions.properties";
    private static final String LETTUCE_VERSION = "META-INF/maven/io.lettuce/lettuce-core/pom.properties";
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    private static final String OLDEST_LETTUCE = "6.6";
    private static final String FIRST_LETTUCE_FOR_NETTY_4_2 = "7.2.2";
    private static final String FIRST_LETTUCE_THAT_DROPS_SENT = "6.7";
    private static final String FIRST_LETTUCE_THAT_DROPS_UNSENT = "7.7";

    /** Returns the present versions. Loads no class of Netty, since that class may be missing. */
    static ClientVersions present() {
        ClassLoader loader = ClientVersions.class.getClassLoader();
        TreeSet<String> netty = new TreeSet<>(Comparator.comparingLong(ClientVersions::number));
        String lettuce = "";
        try {
            for (URL jar : Collections.list(loader.getResources(NETTY_VERSIONS))) {
                properties(jar).forEach((name, version) -> {
                    if (name.toString().endsWith(".version")) {
                        netty.add(plain(version.toString()));
                    }
                });
            }
            URL jar = loader.getResource(LETTUCE_VERSION);
            lettuce = plain(jar == null ? fromManifest() : properties(jar).getProperty("version", ""));
        } catch (IOException e) {
            // The version stays unknown.
        }
        return new ClientVersions(lettuce, netty.isEmpty() ? "" : netty.first());
    }

    /** Returns the linkage error that caused a failure, if one did. */
    static Optional<LinkageError> mismatch(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof LinkageError error) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }

    /** Returns the incompatible versions, and the ones to choose. */
    String explain(LinkageError error) {
        if (before(lettuce, OLDEST_LETTUCE)) {
            return "Lettuce " + lettuce + " is too old: manage io.lettuce:lettuce-core to 6.8 or later";
        }
        if (before(netty, "4.2") && !before(lettuce, FIRST_LETTUCE_FOR_NETTY_4_2)) {
            return "Lettuce " + named(lettuce) + " needs Netty 4.2, but Netty " + netty + " is on the class path:"
                    + " manage io.netty to 4.2 or io.lettuce:lettuce-core to 6.8";
        }
        if (netty.isEmpty()) {
            return "Lettuce " + named(lettuce) + " finds no Netty (" + error + "): it must be on the class path too;"
                    + " on the module path, run with --add-modules ALL-MODULE-PATH";
        }
        return "Lettuce " + named(lettuce) + " and Netty " + netty + " do not run together (" + error
                + "): manage them to Lettuce 7.7 with Netty 4.2, or to Lettuce 6.8 with Netty 4.1";
    }

    /**
     * Requires that a client with these options sends a WAIT over the connection of its change, or not at all: over
     * another connection it confirms nothing, but the reply looks as if it did.
     *
     * @throws IllegalStateException if it may send a WAIT again, which depends on the version of Lettuce
     */
    void requireNoWaitAgain(ClientOptions options) {
        boolean rejects = switch (options.getDisconnectedBehavior()) {
            case REJECT_COMMANDS -> true;
            case ACCEPT_COMMANDS -> false;
            case DEFAULT -> !options.isAutoReconnect();
        };
        if (!rejects) {
            throw new IllegalStateException("replicas needs a connection whose client has"
                    + " DisconnectedBehavior.REJECT_COMMANDS, since a WAIT that is sent again confirms nothing");
        }
        if (options.isAutoReconnect() && repeatsSent()) {
            throw new IllegalStateException("replicas needs Lettuce 6.7 or later, or a connection without"
                    + " auto-reconnect, but Lettuce is " + named(lettuce)
                    + ": it sends a WAIT again, which confirms nothing");
        }
        if (options.isAutoReconnect() && repeatsUnsent() && !filters(options, CommandType.WAIT)) {
            throw new IllegalStateException("replicas needs a connection whose client has"
                    + " replayFilter(command -> command.getType() == CommandType.WAIT), or Lettuce 7.7 or later,"
                    + " but Lettuce is " + named(lettuce) + ": it may send a WAIT again, which confirms nothing");
        }
    }

    private static boolean filters(ClientOptions options, CommandType type) {
        return options.getReplayFilter()
                .test(new Command<>(
                        type,
                        new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                        new CommandArgs<>(ByteArrayCodec.INSTANCE)));
    }

    private boolean repeatsSent() {
        return lettuce.isEmpty() || before(lettuce, FIRST_LETTUCE_THAT_DROPS_SENT);
    }

    /** Before 7.7 commands that could not be written are retried, possibly over the next connection. */
    private boolean repeatsUnsent() {
        return before(lettuce, FIRST_LETTUCE_THAT_DROPS_UNSENT);
    }

    private static boolean before(String version, String other) {
        return !version.isEmpty() && number(version) < number(other);
    }

    private static long number(String version) {
        Matcher matcher = NUMBERS.matcher(version);
        if (!matcher.matches()) {
            return 0;
        }
        long patch = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
        return (Long.parseLong(matcher.group(1)) * 10_000 + Long.parseLong(matcher.group(2))) * 10_000 + patch;
    }

    private static String named(String version) {
        return version.isEmpty() ? "of an unknown version" : version;
    }

    /** Returns the text before the first letter: 7.7.0 of 7.7.0.RELEASE. */
    private static String plain(String version) {
        return version.replaceFirst("[.-]?[A-Za-z].*", "");
    }

    private static String fromManifest() {
        String version = RedisClient.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    private static Properties properties(URL resource) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resource.openStream()) {
            properties.load(in);
        }
        return properties;
    }
}
