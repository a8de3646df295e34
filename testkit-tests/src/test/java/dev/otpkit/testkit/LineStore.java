package dev.otpkit.testkit;

import dev.otpkit.OtpStoreException;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store on a {@link LineServer}: correct, in pieces that fixtures break. */
class LineStore implements OtpStore {
    private static final String NONE = "-";

    private final InetSocketAddress server;
    private final Duration timeout;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    /** Creates a store whose time-out is zero for none. */
    LineStore(InetSocketAddress server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    /** Returns the server's side: GET, PUT and SET as they come, and CAX and INC as atomic steps of a store. */
    static UnaryOperator<String> serverOf(OtpStore data) {
        return line -> {
            String[] words = line.split(" ", -1);
            return switch (words[0]) {
                case "GET" -> word(data.get(words[1]));
                case "PUT" ->
                    word(data.compareAndExchange(
                            words[1],
                            data.get(words[1]),
                            recordOf(words[2]),
                            Duration.ofMillis(Long.parseLong(words[3]))));
                case "CAX" ->
                    word(data.compareAndExchange(
                            words[1],
                            recordOf(words[2]),
                            recordOf(words[3]),
                            Duration.ofMillis(Long.parseLong(words[4]))));
                case "INC" ->
                    String.valueOf(data.increment(
                            words[1], Long.parseLong(words[2]), Duration.ofMillis(Long.parseLong(words[3]))));
                case "SET" -> {
                    long value = data.increment(words[1], 0, Duration.ofMillis(1));
                    yield String.valueOf(data.increment(
                            words[1], Long.parseLong(words[2]) - value, Duration.ofMillis(Long.parseLong(words[3]))));
                }
                default -> throw new IllegalArgumentException(line);
            };
        };
    }

    static String word(@Nullable StoredRecord record) {
        return record == null ? NONE : "=" + Base64.getUrlEncoder().encodeToString(record.bytes());
    }

    static @Nullable StoredRecord recordOf(String word) {
        return word.equals(NONE) ? null : StoredRecord.of(Base64.getUrlDecoder().decode(word.substring(1)));
    }

    @Override
    public @Nullable StoredRecord get(String key) {
        return recordOf(ask("GET " + key));
    }

    @Override
    public @Nullable StoredRecord compareAndExchange(
            String key, @Nullable StoredRecord expected, @Nullable StoredRecord update, Duration ttl) {
        return recordOf(ask(String.join(" ", "CAX", key, word(expected), word(update), "" + ttl.toMillis())));
    }

    @Override
    public long increment(String counter, long delta, Duration ttl) {
        return Long.parseLong(ask("INC " + counter + " " + delta + " " + ttl.toMillis()));
    }

    @Override
    public void close() {
        idle.forEach(Connection::close);
    }

    String ask(String line) {
        Connection connection = borrow();
        try {
            if (connection == null) {
                connection = new Connection(server, timeout);
            }
            String reply = connection.ask(line);
            idle.addFirst(connection);
            return reply;
        } catch (IOException e) {
            failed(connection);
            throw failure(e);
        }
    }

    /** Returns an idle connection, or null if there is none. */
    @Nullable Connection borrow() {
        return idle.pollFirst();
    }

    /** Closes the connection, and those that may have ended with it. */
    void failed(@Nullable Connection connection) {
        if (connection != null) {
            connection.close();
        }
        for (Connection other = idle.poll(); other != null; other = idle.poll()) {
            other.close();
        }
    }

    RuntimeException failure(IOException cause) {
        return new OtpStoreException("the server did not answer", cause);
    }

    static final class Connection {
        private final Socket socket = new Socket();
        private final BufferedReader replies;

        Connection(InetSocketAddress server, Duration timeout) throws IOException {
            socket.setSoTimeout((int) timeout.toMillis());
            socket.setTcpNoDelay(true);
            socket.connect(server, (int) timeout.toMillis());
            replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            String reply = replies.readLine();
            if (reply == null) {
                throw new EOFException("the connection has ended");
            }
            return reply;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // Nothing is left to do about it.
            }
        }
    }
}
