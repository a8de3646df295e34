package dev.otpkit.store.redis;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A redis-server process, on a free loopback port and in a folder that is removed with it. The binary is the path in
 * the system property {@code redis-server}; by default the one on the PATH if that is 6.2 or later; or else, or if the
 * property is "embedded", the 6.2 that comes with embedded-redis.
 */
final class RedisServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BINARY = binary();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 5_000;

    private final int port;
    private final Path folder;
    private final List<String> command;
    private final RedisClient client;
    private final Thread atExit = new Thread(this::kill);
    private Process process;
    private long killedAt;
    private StatefulRedisConnection<String, String> connection;
    private StatefulRedisSentinelConnection<String, String> sentinelConnection;

    private RedisServer(int port, Path folder, List<String> command) {
        this.port = port;
        this.folder = folder;
        this.command = command;
        this.client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a server with appendonly on, and these options, such as "--maxmemory", "3mb". */
    static RedisServer start(String... options) {
        return start(port -> List.of(options));
    }

    /** Starts a server with appendonly on, and options that depend on its port. */
    static RedisServer start(IntFunction<List<String>> options) {
        int port = freePort();
        List<String> command =
                new ArrayList<>(List.of(BINARY, "--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--appendonly", "yes", "--repl-diskless-sync-delay", "0"));
        command.addAll(options.apply(port));
        return start(port, folder("otpkit-redis-"), command);
    }

    /** Starts a Sentinel, which keeps its configuration in a file. */
    static RedisServer startSentinel(List<String> lines) {
        int port = freePort();
        Path folder = folder("otpkit-sentinel-");
        Path configuration = folder.resolve("sentinel.conf");
        List<String> all = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1"));
        all.addAll(lines);
        try {
            Files.write(configuration, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return start(port, folder, List.of(BINARY, configuration.toString(), "--sentinel"));
    }

    private static RedisServer start(int port, Path folder, List<String> command) {
        RedisServer server = new RedisServer(port, folder, command);
        boolean started = false;
        try {
            server.restart();
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    private static Path folder(String prefix) {
        try {
            return Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    String hostAndPort() {
        return "127.0.0.1:" + port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns commands over a separate connection of the test. */
    RedisCommands<String, String> commands() {
        if (connection == null) {
            connection = client.connect();
        }
        return connection.sync();
    }

    /** Returns commands to a Sentinel. */
    RedisSentinelCommands<String, String> sentinel() {
        if (sentinelConnection == null) {
            sentinelConnection = client.connectSentinel();
        }
        return sentinelConnection.sync();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Ends the server with SIGKILL, as a crash would. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
            killedAt = System.currentTimeMillis();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns the time of the last kill, in milliseconds of the system's clock. */
    long killedAt() {
        return killedAt;
    }

    /** Stops the server with SIGSTOP, like a host that vanishes: connections stay, and nothing replies. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    /**
     * Cuts replication: the replica does not receive the further writes of this server. It is frozen, since it would
     * reconnect at once, and must be thawed when this server is gone.
     */
    void cutOff(RedisServer replica) {
        replica.freeze();
        commands().clientKill(KillArgs.Builder.typeSlave());
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts the server on the same port and in the same folder, with additional options, and waits until it accepts
     * connections.
     */
    void restart(String... options) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(options));
        try {
            process = new ProcessBuilder(all)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("a server on port " + port, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the server ended: " + log());
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a condition. It counts as false while a server is still loading its data. */
    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!isMet(condition)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static boolean isMet(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RedisLoadingException e) {
            return false;
        }
    }

    /** Returns a port of this process's share, so that two test processes do not take the same one. */
    static int freePort() {
        int share = FIRST_PORT + PORTS * (Integer.getInteger("surefire.forkNumber", 1) - 1);
        // The nodes of a Cluster connect to each other 10000 ports higher; both are below the ports of clients.
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = share + RANDOM.nextInt(PORTS);
            if (isFree(port) && isFree(port + 10_000)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether a binary is 6.2 or later; older distributions have an earlier version. */
    private static boolean isRecent(Path server) {
        try {
            Process process = new ProcessBuilder(server.toString(), "--version").start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return !said.matches("(?s).*\\bv=([0-5]|6\\.[01])\\..*");
        } catch (IOException e) {
            return false;
        }
    }

    private static String binary() {
        String wanted = System.getProperty("redis-server", "");
        if (!wanted.isEmpty() && !wanted.equals("embedded")) {
            return wanted;
        }
        if (wanted.isEmpty()) {
            for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
                Path candidate = Path.of(folder, "redis-server");
                if (Files.isExecutable(candidate) && isRecent(candidate)) {
                    return candidate.toString();
                }
            }
        }
        try {
            return ExecutableProvider.newJarResourceProvider().get().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        kill();
        Runtime.getRuntime().removeShutdownHook(atExit);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return uri();
    }
}
