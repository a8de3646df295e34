package dev.otpkit.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A server for HTTP/1.1 on a port of the loopback interface, which can also break the protocol. Its threads are
 * daemons. It keeps its port while it is closed to connections, so that it can be opened again.
 */
final class LoopbackServer implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final int BIND_TRIES = 100;

    private final String name;
    private final Handler handler;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Socket reservation = new Socket();
    private final boolean reserves = reservation.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    private final int port;
    private Listening listening;

    /** Listens from now on, on a free port. */
    LoopbackServer(String name, Handler handler) {
        this.name = name;
        this.handler = handler;
        try {
            if (reserves) {
                // Bound, but never listening: connections are refused unless the other socket takes them.
                reservation.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                reservation.bind(address(0));
            }
            listening = listen(reserves ? reservation.getLocalPort() : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = listening.socket().getLocalPort();
    }

    /** Responds to a request. */
    interface Handler {
        /** Returns false if the connection is to be closed. */
        boolean handle(Connection connection, Received request) throws IOException, InterruptedException;
    }

    /**
     * A request as it was read.
     *
     * @param headers by name in any case; of several values the first
     */
    record Received(String method, URI uri, Map<String, String> headers, String body) {}

    int port() {
        return port;
    }

    /** Returns the number of connections that are open at this end. */
    int connections() {
        return connections.size();
    }

    /** Refuses new connections, and closes those that are there. */
    synchronized void closeToConnections() {
        try {
            listening.socket().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitEnd(listening.acceptor());
        connections.forEach(Connection::close);
    }

    /** Listens again, on the same port. */
    synchronized void open() {
        if (!listening.socket().isClosed()) {
            return;
        }
        try {
            listening = listen(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Listening(ServerSocket socket, Thread acceptor) {}

    private Listening listen(int wanted) throws IOException {
        for (int tries = 1; ; tries++) {
            ServerSocket next = new ServerSocket();
            try {
                if (reserves) {
                    next.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                }
                next.bind(address(wanted), BACKLOG);
                Thread acceptor = daemon(() -> accept(next));
                acceptor.start();
                return new Listening(next, acceptor);
            } catch (BindException e) {
                next.close();
                if (tries == BIND_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    /** A socket goes on listening until the thread that accepts has left it. */
    private static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress address(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    private Thread daemon(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Connection connection = new Connection(from.accept());
                connections.add(connection);
                daemon(() -> serve(connection)).start();
                if (from.isClosed()) {
                    connection.close();
                }
            } catch (IOException e) {
                // Closed, or a client that has gone already.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void serve(Connection connection) {
        try (connection) {
            boolean open = true;
            while (open) {
                Received request = connection.read();
                open = handler.handle(connection, request) && !connection.isLast(request);
            }
        } catch (IOException e) {
            // The client has gone, or is no client of HTTP.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closeToConnections();
        try {
            reservation.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection of a client. One thread reads requests from it and writes responses to it. */
    final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private int requests;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** Returns whether the last request was the first on this connection. */
        boolean isNew() {
            return requests == 1;
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Closes the connection by a reset, which also throws away what was written. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        private Received read() throws IOException {
            String[] words = line().split(" ", -1);
            if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
                throw new IOException("not a request of HTTP/1");
            }
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.putIfAbsent(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
            if (headers.getOrDefault("Expect", "").equalsIgnoreCase("100-continue")) {
                write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            String body = new String(body(headers), StandardCharsets.UTF_8);
            requests++;
            if (words[2].equals("HTTP/1.0")) {
                headers.put("Connection", "close");
            }
            return new Received(words[0], uri(words[1]), headers, body);
        }

        private URI uri(String target) throws IOException {
            try {
                return URI.create(target);
            } catch (IllegalArgumentException e) {
                write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                throw new IOException("the target of a request is no URI", e);
            }
        }

        private boolean isLast(Received request) {
            return request.headers()
                    .getOrDefault("Connection", "")
                    .toLowerCase(Locale.ROOT)
                    .contains("close");
        }

        private byte[] body(Map<String, String> headers) throws IOException {
            if (headers.getOrDefault("Transfer-Encoding", "")
                    .toLowerCase(Locale.ROOT)
                    .contains("chunked")) {
                return chunks();
            }
            int length = number(headers.getOrDefault("Content-Length", "0").strip(), 10);
            return bytes(length);
        }

        private byte[] chunks() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int length = number(line().replaceFirst(";.*", "").strip(), 16);
                if (length == 0) {
                    String trailer = line();
                    while (!trailer.isEmpty()) {
                        trailer = line();
                    }
                    return body.toByteArray();
                }
                if (body.size() + length > MAX_BODY) {
                    throw new IOException("a body is too long");
                }
                body.writeBytes(bytes(length));
                line();
            }
        }

        private static int number(String text, int radix) throws IOException {
            try {
                int number = Integer.parseInt(text, radix);
                if (number >= 0 && number <= MAX_BODY) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IOException("a length is no number", e);
            }
            throw new IOException("a body is too long");
        }

        private byte[] bytes(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("a body ends early");
            }
            return bytes;
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0 || line.size() > MAX_LINE) {
                    throw new EOFException("a line ends early");
                }
                if (c != '\r') {
                    line.write(c);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() {
            connections.remove(this);
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
