package dev.otpkit.examples.web;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/** The redis-server on the PATH, or the one of embedded-redis, on a free loopback port and without a file. */
final class RedisServer implements AutoCloseable {
    private static final int TRIES = 500;

    private final int port;
    private final Process process;
    private final Thread atExit = new Thread(this::end);

    private RedisServer(int port, Process process) {
        this.port = port;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static RedisServer start() throws IOException, InterruptedException {
        int port = freePort();
        Process process = new ProcessBuilder(
                        binary(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        RedisServer server = new RedisServer(port, process);
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            if (server.accepts()) {
                return server;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        server.close();
        throw new IllegalStateException("redis-server did not start on port " + port);
    }

    int port() {
        return port;
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String binary() throws IOException {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "redis-server");
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return ExecutableProvider.newJarResourceProvider().get().toString();
    }

    private void end() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
