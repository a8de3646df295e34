package dev.otpkit.channel.http;

import static dev.otpkit.channel.http.ScriptedHttpServer.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.otpkit.spi.DeliveryFailure.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The resources of a caller: threads, connections, descriptors. */
@Timeout(60)
class HttpCallerResourcesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int GAPS = 60;

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final HttpCaller caller = HttpCaller.createBounded("sms", TIMEOUT, now::get);
    private ScriptedHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedHttpServer();
        server.respond(ok("x"));
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        server.close();
        threads.shutdown();
    }

    @Test
    void holdsNoMoreAfterManyIdleGapsThanAfterOne() throws Exception {
        post(caller);
        long descriptors = openDescriptors();

        for (int i = 0; i < GAPS; i++) {
            now.addAndGet(TimeUnit.SECONDS.toNanos(31));
            post(caller);
        }

        assertThat(server.connections()).isEqualTo(1 + GAPS);
        assertThat(server.awaitEndOfConnections(GAPS)).isTrue();
        assertThat(newThreadsWhenAtMost(1, "SelectorManager")).hasSizeLessThanOrEqualTo(1);
        assertThat(openDescriptors()).isLessThan(descriptors + GAPS / 2);
    }

    @Test
    void keepsNoConnectionLongerThanTheBoundWhereAnotherIsInUse() throws Exception {
        inParallel(3, () -> post(caller));
        assertThat(server.connections()).isEqualTo(3);

        // The connections take turns, so the second call would get one that has been idle for 40 s.
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        post(caller);
        assertThat(server.connections()).isEqualTo(3);
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        post(caller);
        assertThat(server.connections()).isEqualTo(4);
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        post(caller);
        assertThat(server.connections()).isEqualTo(4);
        assertThat(server.awaitEndOfConnections(3)).isTrue();
    }

    @Test
    void keepsNoClientLongerThanTwoMinutes() throws Exception {
        for (int second = 0; second <= 120; second += 10) {
            post(caller);
            now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        }
        assertThat(server.connections()).isEqualTo(1);

        post(caller);
        assertThat(server.connections()).isEqualTo(2);
        assertThat(server.awaitEndOfConnections(1)).isTrue();
    }

    @Test
    void finishesACallThatIsUnderWayWhenItsClientIsReplaced() throws Exception {
        inParallel(2, () -> post(caller));
        CountDownLatch gate = new CountDownLatch(1);
        server.respondNotBefore(gate);
        Future<ProviderResponse> underWay = threads.submit(() -> post(caller));
        assertThat(server.awaitRequests(1)).isTrue();

        server.respondNotBefore(new CountDownLatch(0));
        now.addAndGet(TimeUnit.SECONDS.toNanos(31));
        assertThat(post(caller).body()).isEqualTo("x");
        assertThat(server.connections()).isEqualTo(3);
        assertThat(newThreads("SelectorManager")).hasSize(2);

        gate.countDown();
        assertThat(underWay.get().body()).isEqualTo("x");
        assertThat(server.awaitEndOfConnections(2)).isTrue();
        assertThat(newThreadsWhenAtMost(1, "SelectorManager")).hasSize(1);
    }

    @Test
    void breaksNoCallHoweverOftenItsClientIsReplaced() throws Exception {
        HttpCaller restless =
                HttpCaller.createBounded("sms", TIMEOUT, () -> now.addAndGet(TimeUnit.SECONDS.toNanos(31)));
        List<Future<Integer>> completed = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            completed.add(threads.submit(() -> {
                int count = 0;
                for (int i = 0; i < 40; i++) {
                    count += post(restless).isSuccess() ? 1 : 0;
                }
                return count;
            }));
        }
        for (Future<Integer> count : completed) {
            assertThat(count.get()).isEqualTo(40);
        }
        assertThat(server.requests()).hasSize(8 * 40);
        restless.close();
        assertThat(server.awaitEndOfConnections()).isTrue();
        assertThat(newThreadsWhenAtMost(0, "HttpClient-")).isEmpty();
    }

    @Test
    void holdsNoMoreAfterManyFailuresThanAfterOne() throws Exception {
        // Bound and not listening: no other process gets the port, and connections are refused.
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI url = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");
            for (int i = 0; i < GAPS; i++) {
                assertThatExceptionOfType(NoResponseException.class)
                        .isThrownBy(() -> caller.send(ProviderRequest.post(url).text("text/plain", "body")))
                        .withMessageContaining("no connection to");
            }
        }

        assertThat(newThreadsWhenAtMost(1, "HttpClient-")).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void worksAgainAfterItsSelectorThreadHasDied() throws Exception {
        post(caller);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().endsWith("-SelectorManager")) {
                thread.interrupt();
                thread.join();
            }
        }

        try {
            post(caller);
        } catch (NoResponseException e) {
            // From JDK 21 on, a client fails once. Before that, the call would not return at all.
            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
        }
        assertThat(post(caller).body()).isEqualTo("x");
    }

    @Test
    void replacesAClientOverWhichACallWasNotAnswered() throws Exception {
        server.respond("this is no HTTP\r\n\r\n");
        assertThatExceptionOfType(NoResponseException.class).isThrownBy(() -> post(caller));
        assertThat(newThreadsWhenAtMost(0, "SelectorManager")).isEmpty();
        // Some releases of JDK 17, such as 17.0.15, never close such a connection.
        assertThat(Runtime.version().feature() < 21 || server.awaitEndOfConnections())
                .isTrue();

        server.respond(ok("x"));
        post(caller);
        List<String> selectors = newThreads("SelectorManager");
        assertThat(selectors).hasSize(1);
        server.respond("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        post(caller);
        assertThat(newThreads("SelectorManager")).isEqualTo(selectors);
    }

    @Test
    void releasesEverythingWhenItIsClosed() throws Exception {
        inParallel(3, () -> post(caller));
        caller.close();
        caller.close();

        assertThat(server.awaitEndOfConnections()).isTrue();
        assertThat(newThreadsWhenAtMost(0, "HttpClient-")).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> post(caller)).withMessage("the channel is closed");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void finishesACallThatIsUnderWayWhenItIsClosed() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.respondNotBefore(gate);
        Future<ProviderResponse> underWay = threads.submit(() -> post(caller));
        assertThat(server.awaitRequests(1)).isTrue();

        caller.close();
        gate.countDown();

        assertThat(underWay.get().body()).isEqualTo("x");
        assertThat(server.awaitEndOfConnections()).isTrue();
        assertThat(newThreadsWhenAtMost(0, "HttpClient-")).isEmpty();
    }

    @Test
    void endsAClientOfAJdkThatHasNoMethodForIt() throws Exception {
        ManagedHttpClient client = new ManagedHttpClient(HttpClient.newBuilder(), 0, Optional.empty());
        assertThat(client.canEnd()).isTrue();
        client.callBegins();
        client.http().send(HttpRequest.newBuilder(server.url("http")).build(), BodyHandlers.discarding());
        client.retire();
        assertThat(newThreads("SelectorManager")).hasSize(1);
        assertThat(client.isDead()).isFalse();

        client.callEnds(0);
        assertThat(server.awaitEndOfConnections()).isTrue();
        assertThat(newThreadsWhenAtMost(0, "HttpClient-")).isEmpty();
        assertThat(client.isDead()).isTrue();
    }

    @Test
    void letsTheCollectorHaveAClientThatIsNotEnded() throws Exception {
        WeakReference<HttpClient> client = usedAndDropped();

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (client.get() != null && System.nanoTime() < end) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        // The JDK ends a client without references.
        assertThat(client.get()).isNull();
    }

    private WeakReference<HttpClient> usedAndDropped() throws Exception {
        ManagedHttpClient client = new ManagedHttpClient(HttpClient.newBuilder(), 0);
        assertThat(client.canEnd()).isTrue();
        client.http().send(HttpRequest.newBuilder(server.url("http")).build(), BodyHandlers.discarding());
        return new WeakReference<>(client.http());
    }

    private ProviderResponse post(HttpCaller by) throws NoResponseException {
        return by.send(ProviderRequest.post(server.url("http")).text("text/plain", "body"));
    }

    /** Makes calls that are all in progress at the same moment. */
    private void inParallel(int count, Callable<ProviderResponse> call) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.respondNotBefore(gate);
        List<Future<ProviderResponse>> responses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            responses.add(threads.submit(call));
        }
        assertThat(server.awaitRequests(count)).isTrue();
        gate.countDown();
        for (Future<ProviderResponse> response : responses) {
            assertThat(response.get().status()).isEqualTo(200);
        }
        server.respondNotBefore(new CountDownLatch(0));
    }

    /** Returns the threads of the clients of this test, after waiting until there are at most that many. */
    private List<String> newThreadsWhenAtMost(int count, String kind) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        List<String> threads = newThreads(kind);
        while (threads.size() > count && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            threads = newThreads(kind);
        }
        return threads;
    }

    private List<String> newThreads(String kind) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.contains(kind))
                .collect(Collectors.toList());
    }

    private static long openDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }
}
