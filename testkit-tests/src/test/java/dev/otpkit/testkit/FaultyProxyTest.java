package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyProxyTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final LineServer server = new LineServer(line -> {
        asked.add(line);
        return line.toUpperCase(Locale.ROOT);
    });
    private final FaultyProxy proxy = FaultyProxy.to(server.address());
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        proxy.close();
        server.close();
    }

    @Test
    void letsEverythingThrough() throws IOException {
        Socket first = connect();
        Socket second = connect();

        assertThat(ask(first, "a")).isEqualTo("A");
        assertThat(ask(second, "b".repeat(100_000))).isEqualTo("B".repeat(100_000));
        assertThat(ask(first, "c")).isEqualTo("C");
    }

    @Test
    void countsTheOpenConnections() throws IOException {
        assertThat(proxy.connections()).hasValue(0);
        Socket first = connect();
        assertThat(ask(first, "a")).isEqualTo("A");
        assertThat(ask(connect(), "a")).isEqualTo("A");
        assertThat(proxy.connections()).hasValue(2);

        first.close();

        await(() -> proxy.connections().orElseThrow() == 1);
    }

    @Test
    void cutsConnectionsAndLetsNoneBeMade() throws IOException {
        Socket open = connect();
        assertThat(ask(open, "a")).isEqualTo("A");

        assertThat(proxy.cut()).isTrue();

        assertBroken(() -> ask(open, "b"));
        assertBroken(() -> ask(connect(), "c"));
        await(() -> proxy.connections().orElseThrow() == 0);
        proxy.mend();
        assertThat(ask(connect(), "d")).isEqualTo("D");
        assertThat(asked).containsExactly("a", "d");
    }

    @Test
    void hangsAndThenDoesWhatItWasAsked() throws IOException {
        Socket open = connect();
        assertThat(ask(open, "a")).isEqualTo("A");

        assertThat(proxy.hang()).isTrue();

        open.setSoTimeout(200);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(open, "b"));
        Socket late = connect();
        late.setSoTimeout(200);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(late, "c"));
        assertThat(asked).containsExactly("a");
        proxy.mend();
        late.setSoTimeout(10_000);
        assertThat(read(late)).isEqualTo("C");
        await(() -> asked.contains("b"));
    }

    @Test
    void losesTheReplyToWhatIsDone() throws IOException {
        Socket open = connect();
        Socket other = connect();
        assertThat(ask(open, "a")).isEqualTo("A");
        assertThat(ask(other, "b")).isEqualTo("B");

        assertThat(proxy.loseReply(0)).isTrue();

        assertBroken(() -> ask(open, "c"));
        assertThat(ask(other, "d")).isEqualTo("D");
        assertThat(ask(connect(), "e")).isEqualTo("E");
        assertThat(asked).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void closesAConnectionInOrderThatLosesItsReply() throws IOException {
        Socket open = connect();

        proxy.loseReply(0);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ask(open, "a"))
                .withMessage("the connection has ended");
    }

    @Test
    void losesALaterReply() throws IOException {
        Socket open = connect();

        assertThat(proxy.loseReply(2)).isTrue();

        assertThat(ask(open, "a")).isEqualTo("A");
        assertThat(ask(open, "b")).isEqualTo("B");
        assertBroken(() -> ask(open, "c"));
        assertThat(asked).containsExactly("a", "b", "c");
    }

    @Test
    void losesNoReplyOnceItIsMended() throws IOException {
        proxy.loseReply(0);
        proxy.mend();

        assertThat(ask(connect(), "a")).isEqualTo("A");
    }

    @Test
    void leadsToAnotherServerByAnotherPort() throws IOException {
        try (LineServer next = new LineServer(line -> "next " + line)) {
            InetSocketAddress second = proxy.alsoTo(next.address());

            assertThat(ask(connect(second), "a")).isEqualTo("next a");
            assertThat(ask(connect(), "b")).isEqualTo("B");
            assertThat(proxy.address()).isNotEqualTo(second);
            assertThat(proxy.connections()).hasValue(2);
            assertThat(proxy)
                    .asString()
                    .contains(server.address().toString(), next.address().toString());
        }
    }

    @Test
    void losesOneReplyOfAllServersTogether() throws IOException {
        try (LineServer next = new LineServer(line -> "next " + line)) {
            Socket first = connect();
            Socket second = connect(proxy.alsoTo(next.address()));

            proxy.loseReply(2);

            assertThat(ask(first, "a")).isEqualTo("A");
            assertThat(ask(second, "b")).isEqualTo("next b");
            assertBroken(() -> ask(first, "c"));
            assertThat(ask(second, "d")).isEqualTo("next d");
        }
    }

    @Test
    void breaksAllServersTogether() throws IOException {
        try (LineServer next = new LineServer(line -> "next " + line)) {
            InetSocketAddress port = proxy.alsoTo(next.address());
            Socket second = connect(port);
            assertThat(ask(second, "a")).isEqualTo("next a");

            proxy.cut();

            assertBroken(() -> ask(second, "b"));
            assertBroken(() -> ask(connect(port), "c"));
            proxy.mend();
            assertThat(ask(connect(port), "d")).isEqualTo("next d");
            proxy.close();
            assertBroken(() -> ask(connect(port), "e"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> proxy.alsoTo(next.address()))
                    .withMessage("the proxy is closed");
        }
    }

    @Test
    void delaysEachReply() throws IOException {
        Socket open = connect();
        assertThat(proxy.delay(Duration.ofMillis(50))).isTrue();

        long start = System.nanoTime();
        ask(open, "a");
        ask(open, "b");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void endsItsConnectionsWhenItIsClosed() throws IOException {
        Socket open = connect();
        assertThat(ask(open, "a")).isEqualTo("A");

        proxy.close();

        assertBroken(() -> ask(open, "b"));
        assertBroken(() -> ask(connect(), "c"));
    }

    @Test
    void resetsTheConnectionsToAServerThatIsNotThere() throws IOException {
        server.close();

        assertBroken(() -> ask(connect(), "a"));
        await(() -> proxy.connections().orElseThrow() == 0);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.loseReply(-1))
                .withMessage("after must be at least 0, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.delay(Duration.ZERO))
                .withMessage("perReply must be above zero, but was PT0S");
    }

    @Test
    void saysWhatItDoes() {
        proxy.cut();

        assertThat(proxy).hasToString("FaultyProxy[server=" + server.address() + ", fault=CUT, connections=0]");
    }

    private Socket connect() throws IOException {
        return connect(proxy.address());
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    private static String ask(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        return read(socket);
    }

    /** Reads a line, of which there is no more than one. */
    private static String read(Socket socket) throws IOException {
        String line =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the connection has ended");
        }
        return line;
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void assertBroken(Action action) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(action::run)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            Thread.onSpinWait();
        }
    }
}
