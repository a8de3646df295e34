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
 * What lies between a store and its server, on a loopback port of its own: it can lose answers, break, and fall silent.
 */
final class TcpProxy implements AutoCloseable {
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger droppedReplies = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile @Nullable RedisServer server;
    private volatile @Nullable String armed;
    private volatile Set<Socket> blackHoled = Set.of();

    private TcpProxy(@Nullable RedisServer server) {
        this.server = server;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    static TcpProxy to(RedisServer server) {
        return new TcpProxy(server);
    }

    /** Takes connections, and never says a word. */
    static TcpProxy toUnresponsiveServer() {
        return new TcpProxy(null);
    }

    String hostAndPort() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    String uri() {
        return "redis://" + hostAndPort();
    }

    /** The next time this is asked, the server hears it, its answer is lost, and the connection breaks. */
    void dropReplyTo(String command) {
        armed = command;
    }

    /** Returns how many answers were lost so far. */
    int droppedReplies() {
        return droppedReplies.get();
    }

    /** Returns how many connections were made to it so far. */
    int accepted() {
        return accepted.get();
    }

    /** Lets nothing through any more over the connections of this moment, which stay; new ones work. */
    void blackHole() {
        blackHoled = Set.copyOf(sockets);
    }

    /** Leads new connections to another server, as a name does that was given another address. */
    void routeTo(RedisServer other) {
        server = other;
    }

    /** Breaks all connections. */
    void cut() {
        sockets.forEach(TcpProxy::close);
        sockets.clear();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                accepted.incrementAndGet();
                sockets.add(client);
                RedisServer target = server;
                if (target != null) {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target.port());
                    sockets.add(far);
                    boolean[] losing = new boolean[1];
                    start(() -> pass(client, far, losing, true));
                    start(() -> pass(far, client, losing, false));
                }
            } catch (IOException e) {
                // The door was closed, or the server is away: whoever called finds out.
                cut();
            }
        }
    }

    private void pass(Socket from, Socket to, boolean[] losing, boolean asking) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                synchronized (losing) {
                    String wanted = armed;
                    if (asking
                            && wanted != null
                            && new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(wanted)) {
                        armed = null;
                        losing[0] = true;
                    } else if (!asking && losing[0]) {
                        droppedReplies.incrementAndGet();
                        return;
                    }
                }
                if (!blackHoled.contains(from)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            // One end has closed; so does the other.
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
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
