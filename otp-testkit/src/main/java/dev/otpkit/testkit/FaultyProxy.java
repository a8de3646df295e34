package dev.otpkit.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A TCP proxy, on a free port of the loopback interface, that can break the connections to a store's server, or to
 * {@linkplain #alsoTo several} that are one store:
 *
 * <pre>{@code
 * FaultyProxy proxy = FaultyProxy.to(new InetSocketAddress("localhost", 5432));
 * dataSource.setPortNumbers(new int[] {proxy.address().getPort()});
 * }</pre>
 *
 * <p>It passes everything on until a fault is set, and again after {@link #mend()}. Bytes that the server sends after
 * the client has sent some are a reply; bytes that it sends unasked, such as a greeting, are none. A connection that is
 * {@linkplain #cut() cut} is reset. While it is cut, a new connection is accepted and reset at once, so that the port
 * stays the proxy's. A connection that loses its reply is closed in order, as by a server that shuts down: some clients
 * repeat a call then, and not after a reset.
 *
 * <p>Thread-safe. It has at most 256 connections at a time and resets further ones; its threads are daemons, and end
 * with {@link #close()}.
 */
public final class FaultyProxy implements ServerFaults, AutoCloseable {
    private static final int MAX_CONNECTIONS = 256;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int NEVER = -1;

    private enum Fault {
        NONE,
        CUT,
        HANG,
        REPLY_LOST,
        DELAY
    }

    private final List<Port> ports = new CopyOnWriteArrayList<>();
    private final ExecutorService executor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private Fault fault = Fault.NONE;
    private int repliesUntilLoss = NEVER;
    private Duration delay = Duration.ZERO;

    private FaultyProxy() {
        this.executor = new ThreadPoolExecutor(
                0, 2 * MAX_CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), FaultyProxy::daemon);
    }

    /**
     * Starts a proxy.
     *
     * @param server the server's address; need not be reachable yet
     * @return a new proxy without a fault
     */
    public static FaultyProxy to(InetSocketAddress server) {
        FaultyProxy proxy = new FaultyProxy();
        proxy.alsoTo(server);
        return proxy;
    }

    /**
     * Opens another port, which leads to another server of the same store, such as the next node of a cluster. Faults,
     * replies and connections are those of all ports together.
     *
     * @param server the server's address; need not be reachable yet
     * @return the address to give to clients in place of this server's, on the loopback interface
     * @throws IllegalStateException if the proxy is closed
     */
    public synchronized InetSocketAddress alsoTo(InetSocketAddress server) {
        Objects.requireNonNull(server, "server must not be null");
        if (executor.isShutdown()) {
            throw new IllegalStateException("the proxy is closed");
        }
        Port port = new Port(server);
        ports.add(port);
        daemon(port::acceptAll).start();
        return port.address();
    }

    /**
     * Returns the address to give to the store's client in place of the server's: that of the first server.
     *
     * @return an address of the loopback interface
     */
    public InetSocketAddress address() {
        return ports.get(0).address();
    }

    @Override
    public boolean cut() {
        become(Fault.CUT, NEVER, Duration.ZERO);
        connections.forEach(Connection::reset);
        return true;
    }

    @Override
    public boolean hang() {
        become(Fault.HANG, NEVER, Duration.ZERO);
        return true;
    }

    @Override
    public boolean loseReply(int after) {
        if (after < 0) {
            throw new IllegalArgumentException("after must be at least 0, but was " + after);
        }
        become(Fault.REPLY_LOST, after, Duration.ZERO);
        return true;
    }

    @Override
    public boolean delay(Duration perReply) {
        if (perReply.isNegative() || perReply.isZero()) {
            throw new IllegalArgumentException("perReply must be above zero, but was " + perReply);
        }
        become(Fault.DELAY, NEVER, perReply);
        return true;
    }

    @Override
    public void mend() {
        become(Fault.NONE, NEVER, Duration.ZERO);
    }

    @Override
    public OptionalInt connections() {
        return OptionalInt.of(connections.size());
    }

    /** Ends every connection and frees the ports. */
    @Override
    public synchronized void close() {
        executor.shutdownNow();
        ports.forEach(Port::close);
        cut();
    }

    /** Returns the addresses of the servers, the fault and the number of connections. */
    @Override
    public synchronized String toString() {
        String servers = ports.stream().map(port -> port.server.toString()).collect(Collectors.joining(", "));
        return "FaultyProxy[server=" + servers + ", fault=" + fault + ", connections=" + connections.size() + "]";
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "faulty-proxy");
        thread.setDaemon(true);
        return thread;
    }

    private synchronized void become(Fault next, int loss, Duration perReply) {
        fault = next;
        repliesUntilLoss = loss;
        delay = perReply;
        notifyAll();
    }

    private synchronized boolean isCut() {
        return fault == Fault.CUT;
    }

    /** Waits as long as the server hangs and the connection is open. */
    private synchronized void awaitNoHang(Connection connection) throws InterruptedException {
        while (fault == Fault.HANG && connections.contains(connection)) {
            wait();
        }
    }

    /** Returns whether this reply is the one to lose. */
    private synchronized boolean losesReply() {
        if (repliesUntilLoss == NEVER) {
            return false;
        }
        return repliesUntilLoss-- == 0;
    }

    private synchronized Duration delay() {
        return delay;
    }

    /** A port, and the server to which it leads. */
    private final class Port {
        private final InetSocketAddress server;
        private final ServerSocket socket;

        Port(InetSocketAddress server) {
            this.server = server;
            try {
                this.socket = new ServerSocket(0, MAX_CONNECTIONS, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException("no port is free", e);
            }
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }

        void acceptAll() {
            while (!socket.isClosed()) {
                try {
                    accept(socket.accept());
                } catch (IOException e) {
                    // The port was closed, or a client ended its connection before it was accepted.
                }
            }
        }

        private void accept(Socket client) {
            Connection connection = new Connection(client, server);
            connections.add(connection);
            if (isCut() || connections.size() > MAX_CONNECTIONS) {
                connection.reset();
                return;
            }
            try {
                executor.execute(connection::pumpRequests);
            } catch (RejectedExecutionException e) {
                connection.reset();
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the port was not freed", e);
            }
        }
    }

    /** A client's connection and the one to the server that belongs to it. */
    private final class Connection {
        private final Socket client;
        private final InetSocketAddress server;
        private final Socket upstream = new Socket();
        private volatile boolean asked;

        Connection(Socket client, InetSocketAddress server) {
            this.client = client;
            this.server = server;
        }

        void pumpRequests() {
            try {
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                upstream.connect(server, CONNECT_MILLIS);
                executor.execute(this::pumpReplies);
                pump(client, upstream, true);
            } catch (IOException | RejectedExecutionException e) {
                reset();
            }
        }

        void pumpReplies() {
            try {
                pump(upstream, client, false);
            } catch (IOException e) {
                reset();
            }
        }

        private void pump(Socket from, Socket to, boolean requests) throws IOException {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            byte[] bytes = new byte[16_384];
            for (int length = input.read(bytes); length >= 0; length = input.read(bytes)) {
                if (!passes(requests)) {
                    reset();
                    return;
                }
                output.write(bytes, 0, length);
            }
            end();
        }

        private boolean passes(boolean request) {
            try {
                awaitNoHang(this);
                if (request) {
                    asked = true;
                } else if (asked) {
                    asked = false;
                    if (losesReply()) {
                        end();
                        return false;
                    }
                    TimeUnit.NANOSECONDS.sleep(delay().toNanos());
                    awaitNoHang(this);
                }
                return !isCut();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** Closes both connections so that the client sees a broken connection, not an orderly end. */
        void reset() {
            try {
                client.setSoLinger(true, 0);
            } catch (SocketException e) {
                // It is closed already.
            }
            end();
        }

        private void end() {
            connections.remove(this);
            close(client);
            close(upstream);
            synchronized (FaultyProxy.this) {
                FaultyProxy.this.notifyAll();
            }
        }

        private void close(Socket open) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing is left to do about it.
            }
        }
    }
}
