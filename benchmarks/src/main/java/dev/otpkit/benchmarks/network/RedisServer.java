package dev.otpkit.benchmarks.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** The {@code redis-server} of the PATH on a free loopback port, without persistence. It ends with this JVM. */
final class RedisServer implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final int port;
    private final Process process;

    RedisServer() {
        try {
            port = freePort();
            String host = InetAddress.getLoopbackAddress().getHostAddress();
            process = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            String.valueOf(port),
                            "--bind",
                            host,
                            "--save",
                            "",
                            "--appendonly",
                            "no")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server does not start", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        awaitStart();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void awaitStart() {
        long end = System.nanoTime() + START_NANOS;
        boolean listening = false;
        while (!listening && process.isAlive() && System.nanoTime() < end) {
            listening = isListening();
        }
        // Another process may listen at the port, so that this one has ended.
        if (!listening || !process.isAlive()) {
            close();
            throw new IllegalStateException("redis-server did not listen at port " + port);
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            pause();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String uri() {
        return "redis://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
