package dev.otpkit.spring;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.embedded.core.ExecutableProvider;

/** A redis-server on a free loopback port, without persistence: the one on the PATH if it is 6.2 or later. */
final class RedisProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port;
    private final Process process;
    private final Thread atExit;

    private RedisProcess(int port, Process process) {
        this.port = port;
        this.process = process;
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a server with these options.
     *
     * @throws IllegalStateException if the server ends, with its output
     */
    static RedisProcess start(Path folder, String... options) throws IOException, InterruptedException {
        int port = freePort();
        Path log = folder.resolve("redis-" + port + ".log");
        List<String> command = new ArrayList<>(
                List.of(binary(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of(options));
        Process started = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RedisProcess server = new RedisProcess(port, started);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!server.accepts()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                server.close();
                throw new IllegalStateException("redis-server ended: " + Files.readString(log));
            }
            Thread.sleep(10);
        }
        return server;
    }

    int port() {
        return port;
    }

    /** Returns the result of commands on a connection that is closed afterwards. */
    <T> T ask(String password, int database, Function<RedisCommands<String, String>, T> question) {
        RedisClient client = RedisClient.create(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withPassword((CharSequence) password)
                .withDatabase(database)
                .build());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String binary() throws IOException {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "redis-server");
            if (Files.isExecutable(candidate) && isRecent(candidate)) {
                return candidate.toString();
            }
        }
        return ExecutableProvider.newJarResourceProvider().get().toString();
    }

    private static boolean isRecent(Path server) throws IOException {
        Process version = new ProcessBuilder(server.toString(), "--version").start();
        String output = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return !output.matches("(?s).*\\bv=([0-5]|6\\.[01])\\..*");
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        process.destroyForcibly()
                .onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
