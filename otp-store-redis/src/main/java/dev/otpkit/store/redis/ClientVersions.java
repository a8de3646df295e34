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
 * @param lettuce such as 7.7.0; empty if there is none that names itself
 * @param netty such as 4.2.17, the oldest if its jars differ; empty if there is none that names itself
 */
record ClientVersions(String lettuce, String netty) {
    private static final String NETTY_VERSIONS = "META-INF/io.netty.versions.properties";
    private static final String LETTUCE_VERSION = "META-INF/maven/io.lettuce/lettuce-core/pom.properties";
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

    private static final String OLDEST_LETTUCE = "6.6";
    private static final String FIRST_LETTUCE_FOR_NETTY_4_2 = "7.2.2";
    private static final String FIRST_LETTUCE_THAT_DROPS_WHAT_WAS_SENT = "6.7";
    private static final String FIRST_LETTUCE_THAT_DROPS_WHAT_WAS_NOT_SENT = "7.7";

    /** Returns the versions that are there. No class of Netty is asked, since it may be the one that is missing. */
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
            // Then the message says less.
        }
        return new ClientVersions(lettuce, netty.isEmpty() ? "" : netty.first());
    }

    /** Returns the failed linkage behind a failure, if that is what it is. */
    static Optional<LinkageError> mismatch(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof LinkageError error) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }

    /** Returns which versions do not fit together, and which ones to choose. */
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
     * Requires that a client with these options sends a WAIT over the connection of the change that it confirms, or not
     * at all: over another one it confirms nothing, and is answered as if it did.
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
        if (options.isAutoReconnect() && sendsAgainWhatWasSent()) {
            throw new IllegalStateException("replicas needs Lettuce 6.7 or later, or a connection without"
                    + " auto-reconnect, but Lettuce is " + named(lettuce)
                    + ": it sends a WAIT again, which confirms nothing");
        }
        if (options.isAutoReconnect() && sendsAgainWhatWasNotSent() && !filters(options, CommandType.WAIT)) {
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

    private boolean sendsAgainWhatWasSent() {
        return lettuce.isEmpty() || before(lettuce, FIRST_LETTUCE_THAT_DROPS_WHAT_WAS_SENT);
    }

    /** Before 7.7 what could not be written is tried again, which may be on the next connection. */
    private boolean sendsAgainWhatWasNotSent() {
        return before(lettuce, FIRST_LETTUCE_THAT_DROPS_WHAT_WAS_NOT_SENT);
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

    /** Returns what precedes the first letter: 7.7.0 of 7.7.0.RELEASE. */
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
