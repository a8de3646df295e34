package dev.otpkit.store.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A server with scripted replies to INFO, or to the requests to a Sentinel, for versions that are hard to get. */
final class ScriptedRedis implements AutoCloseable {
    private final ServerSocket listener;
    private final Map<String, Supplier<String>> replies;
    private final AtomicInteger connections = new AtomicInteger();

    ScriptedRedis(String info) {
        this(Map.of("INFO", () -> bulk(info)));
    }

    private ScriptedRedis(Map<String, Supplier<String>> replies) {
        this.replies = replies;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Returns a Sentinel that names this port of 127.0.0.1 for every primary. */
    static ScriptedRedis sentinel(IntSupplier port) {
        return new ScriptedRedis(
                Map.of("SENTINEL", () -> "*2\r\n" + bulk("127.0.0.1") + bulk(Integer.toString(port.getAsInt()))));
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    String hostAndPort() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Returns the number of open connections. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = client.getOutputStream();
            for (String head = in.readLine(); head != null; head = in.readLine()) {
                List<String> command = new ArrayList<>();
                for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
                    in.readLine();
                    command.add(in.readLine());
                }
                out.write(reply(command.get(0).toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // The client has closed the connection.
        } finally {
            connections.decrementAndGet();
        }
    }

    private String reply(String command) {
        return switch (command) {
            case "PING" -> "+PONG\r\n";
            default -> replies.getOrDefault(command, () -> unknown(command)).get();
        };
    }

    private static String unknown(String command) {
        return "-ERR unknown command `" + command + "`, with args beginning with: \r\n";
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "scripted-redis");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
