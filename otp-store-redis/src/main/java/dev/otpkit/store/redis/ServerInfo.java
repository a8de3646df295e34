package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/** Reads version and configuration of a server when the store starts, as far as its user is permitted to. */
final class ServerInfo {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\..*");

    private ServerInfo() {}

    /** Returns the address and port of the server's end of a connection. */
    static Optional<String> address(Node node, Deadline deadline) {
        try {
            return fact(ask(node, deadline, CommandType.CLIENT, "INFO"), "(?:^| )laddr=(\\S+)");
        } catch (RedisException e) {
            return Optional.empty();
        }
    }

    /**
     * Logs a warning if the configuration can lose changes of this store.
     *
     * @throws IllegalStateException if the server is too old
     */
    static void check(Node node, Deadline deadline, Logger log) {
        String info;
        try {
            info = ask(node, deadline, CommandType.INFO);
        } catch (RedisException e) {
            log.debug("The configuration of Redis at {} is unknown: {}", node.description(), e.toString());
            return;
        }
        requireVersion(node, fact(info, "(?m)^redis_version:(\\S+)").orElse(""));
        String policy = fact(info, "(?m)^maxmemory_policy:(\\S+)").orElse("noeviction");
        if (!policy.equals("noeviction")
                && !fact(info, "(?m)^maxmemory:(\\d+)").orElse("0").equals("0")) {
            log.warn(
                    "Redis at {} has maxmemory-policy {}: when its memory is full it evicts attempts, limits and used"
                            + " codes; set noeviction, or use a separate server for the store",
                    node.description(),
                    policy);
        }
        if (fact(info, "(?m)^aof_enabled:(\\d)").orElse("1").equals("0") && savesNothing(node, deadline)) {
            log.warn(
                    "Redis at {} has no persistence: a restart loses pending codes, attempts and limits;"
                            + " set appendonly yes",
                    node.description());
        }
    }

    private static void requireVersion(Node node, String version) {
        Matcher matcher = VERSION.matcher(version);
        if (matcher.matches()) {
            int major = Integer.parseInt(matcher.group(1));
            int minor = Integer.parseInt(matcher.group(2));
            if (major < 6 || (major == 6 && minor < 2)) {
                throw new IllegalStateException(
                        "Redis at " + node.description() + " must be 6.2 or later, but is " + version);
            }
        }
    }

    private static boolean savesNothing(Node node, Deadline deadline) {
        try {
            Map<byte[], byte[]> reply = node.read(
                    new Command<>(
                            CommandType.CONFIG,
                            new MapOutput<>(ByteArrayCodec.INSTANCE),
                            new CommandArgs<>(ByteArrayCodec.INSTANCE)
                                    .add("GET")
                                    .add("save")),
                    deadline);
            return reply != null && reply.values().stream().anyMatch(save -> save.length == 0);
        } catch (RedisException e) {
            return false;
        }
    }

    private static String ask(Node node, Deadline deadline, CommandType command, String... arguments) {
        CommandArgs<byte[], byte[]> all = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        List.of(arguments).forEach(all::add);
        byte[] reply = node.read(new Command<>(command, new ValueOutput<>(ByteArrayCodec.INSTANCE), all), deadline);
        return reply == null ? "" : new String(reply, StandardCharsets.UTF_8);
    }

    private static Optional<String> fact(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
