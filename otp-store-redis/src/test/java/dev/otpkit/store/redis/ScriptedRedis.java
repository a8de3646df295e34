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

/** A server of a kind that is hard to come by: it answers INFO, or what a Sentinel is asked, as a test wants. */
final class ScriptedRedis implements AutoCloseable {
    private final ServerSocket door;
    private final Map<String, Supplier<String>> answers;
    private final AtomicInteger connections = new AtomicInteger();

    ScriptedRedis(String info) {
        this(Map.of("INFO", () -> bulk(info)));
    }

    private ScriptedRedis(Map<String, Supplier<String>> answers) {
        this.answers = answers;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Returns a Sentinel that names this port of 127.0.0.1, whichever primary it is asked for. */
    static ScriptedRedis sentinel(IntSupplier port) {
        return new ScriptedRedis(
                Map.of("SENTINEL", () -> "*2\r\n" + bulk("127.0.0.1") + bulk(Integer.toString(port.getAsInt()))));
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    String hostAndPort() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    /** Returns how many connections are open. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
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
                out.write(answer(command.get(0).toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            connections.decrementAndGet();
        }
    }

    private String answer(String command) {
        return switch (command) {
            case "PING" -> "+PONG\r\n";
            default -> answers.getOrDefault(command, () -> unknown(command)).get();
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
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
