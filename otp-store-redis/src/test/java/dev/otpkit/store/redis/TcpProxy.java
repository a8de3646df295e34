package dev.otpkit.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between a store and its server, on a separate loopback port. It can drop replies, break connections, and stop
 * passing data.
 */
final class TcpProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger droppedReplies = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile @Nullable RedisServer server;
    private volatile @Nullable String armed;
    private volatile Set<Socket> blackHoled = Set.of();

    private TcpProxy(@Nullable RedisServer server) {
        this.server = server;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    static TcpProxy to(RedisServer server) {
        return new TcpProxy(server);
    }

    /** Returns a proxy that accepts connections, and never replies. */
    static TcpProxy toUnresponsiveServer() {
        return new TcpProxy(null);
    }

    String hostAndPort() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    String uri() {
        return "redis://" + hostAndPort();
    }

    /** Passes the next request with this command on, drops the reply, and breaks the connection. */
    void dropReplyTo(String command) {
        armed = command;
    }

    /** Returns the number of dropped replies so upstream. */
    int droppedReplies() {
        return droppedReplies.get();
    }

    /** Returns the number of accepted connections so upstream. */
    int accepted() {
        return accepted.get();
    }

    /** Stops passing data over the present connections, which stay open; new ones work. */
    void blackHole() {
        blackHoled = Set.copyOf(sockets);
    }

    /** Connects new connections to another server, like a host name with a changed address. */
    void routeTo(RedisServer other) {
        server = other;
    }

    /** Breaks all connections. */
    void cut() {
        sockets.forEach(TcpProxy::close);
        sockets.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                sockets.add(client);
                RedisServer target = server;
                if (target != null) {
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target.port());
                    sockets.add(upstream);
                    boolean[] dropping = new boolean[1];
                    start(() -> pass(client, upstream, dropping, true));
                    start(() -> pass(upstream, client, dropping, false));
                }
            } catch (IOException e) {
                // The proxy was closed, or the server is unavailable: its clients see the end of their connections.
                cut();
            }
        }
    }

    private void pass(Socket from, Socket to, boolean[] dropping, boolean fromClient) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                synchronized (dropping) {
                    String wanted = armed;
                    if (fromClient
                            && wanted != null
                            && new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(wanted)) {
                        armed = null;
                        dropping[0] = true;
                    } else if (!fromClient && dropping[0]) {
                        droppedReplies.incrementAndGet();
                        return;
                    }
                }
                if (!blackHoled.contains(from)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            // One end has closed its connection; the other follows.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
