package dev.otpkit.channel.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A server with scripted bytes as its response, which then closes or keeps the connection. It records requests. */
final class ScriptedHttpServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final Semaphore ended = new Semaphore(0);
    private final Semaphore arrived = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile String response = "";
    private volatile boolean closes;

    ScriptedHttpServer() throws IOException {
        Thread thread = new Thread(this::accept, "scripted-http");
        thread.setDaemon(true);
        thread.start();
    }

    /** Responds with these bytes from now on, and keeps the connection. */
    void respond(String raw) {
        response = raw;
        closes = false;
    }

    /** Responds with these bytes from now on, and closes the connection. */
    void respondAndClose(String raw) {
        response = raw;
        closes = true;
    }

    /** Responds to no request from now on until the latch is at zero. */
    void respondNotBefore(CountDownLatch latch) {
        gate = latch;
    }

    static String ok(String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    URI url(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + "/path");
    }

    /** Returns head and body of each request. */
    List<String> requests() {
        return requests;
    }

    int connections() {
        return open.size();
    }

    /** Waits until the client has closed all of them. */
    boolean awaitEndOfConnections() throws InterruptedException {
        return awaitEndOfConnections(connections());
    }

    /** Waits until the client has closed that many more of them. */
    boolean awaitEndOfConnections(int count) throws InterruptedException {
        return ended.tryAcquire(count, 10, TimeUnit.SECONDS);
    }

    /** Waits until that many more requests have arrived. */
    boolean awaitRequests(int count) throws InterruptedException {
        return arrived.tryAcquire(count, 10, TimeUnit.SECONDS);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread thread = new Thread(() -> serve(socket), "scripted-http-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (String head = head(in); head.contains("HTTP/1.1"); head = head(in)) {
                CountDownLatch wait = gate;
                requests.add(head + new String(in.readNBytes(length(head)), StandardCharsets.UTF_8));
                arrived.release();
                wait.await();
                // Read first: as soon as the client has the response, the test may script the next one.
                boolean last = closes;
                socket.getOutputStream().write(response.getBytes(StandardCharsets.UTF_8));
                if (last) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client has closed the connection.
        } finally {
            ended.release();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
