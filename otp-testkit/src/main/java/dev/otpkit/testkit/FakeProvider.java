package dev.otpkit.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A stand-in for a provider's HTTP API, on a free port of the loopback interface, for tests of an application with the
 * channel that it uses in production: {@link FakeTwilio}, {@link FakeMshastra} and {@link FakeGmail}.
 *
 * <p>It takes each message that the provider would take, keeps it, and responds as the provider does. Each of the
 * methods {@link #respondWith(int, String) respondWith}, {@link #breakConnections}, {@link #hang} and the {@code
 * refuse} methods of the three replaces what the one before asked for, until {@link #recover()}. Nothing leaves the
 * machine. Thread-safe.
 *
 * <p>The first one in a JVM sets the system property {@code sun.net.httpserver.nodelay}, unless it is set: without it
 * the JDK's HTTP server, which this is, takes 40 ms for a response on a connection that was used before.
 */
public abstract sealed class FakeProvider implements AutoCloseable permits FakeGmail, FakeMshastra, FakeTwilio {
    static {
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private static final Pattern CODE = Pattern.compile("(?<![\\p{L}\\p{N}])[0-9]{4,12}(?![\\p{L}\\p{N}])");

    private final HttpServer server;
    private final ExecutorService executor;
    private final Inbox<Message> inbox;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger taken = new AtomicInteger();
    private Mode mode = Mode.NORMAL;
    private CountDownLatch change = new CountDownLatch(1);

    FakeProvider(String name) {
        inbox = new Inbox<>(name);
        executor = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        try {
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
    }

    /** Begins to respond. */
    final void listen() {
        server.createContext("/", this::handle);
        server.start();
    }

    /** Responds as the provider does while nothing else is asked for. */
    abstract Response respond(Request request);

    /** Tells whether a request may bring a message; others are always responded to as the provider does. */
    boolean mayBringMessage(Request request) {
        return true;
    }

    /** Keeps a message that the provider takes. */
    final void take(Message message) {
        inbox.add(message);
    }

    /** Returns the number of messages that were taken before, plus one. */
    final int nextNumber() {
        return taken.incrementAndGet();
    }

    /**
     * A request that came to a stand-in. Its {@code toString()} shows no header and no body.
     *
     * @param method such as {@code POST}
     * @param uri the path and the query, undecoded
     * @param headers by name in any case; of several values the first
     * @param body as text
     */
    public record Request(String method, URI uri, Map<String, String> headers, String body) {

        /** Copies the headers. */
        public Request {
            Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            sorted.putAll(headers);
            headers = Collections.unmodifiableMap(sorted);
        }

        /**
         * Returns the fields of a form in the body.
         *
         * @return decoded, in order; of several values the last
         */
        public Map<String, String> form() {
            return fields(body);
        }

        Map<String, String> query() {
            String query = uri.getRawQuery();
            return query == null ? Map.of() : fields(query);
        }

        private static Map<String, String> fields(String encoded) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String field : encoded.split("&", -1)) {
                int equals = field.indexOf('=');
                if (equals >= 0) {
                    fields.put(decoded(field.substring(0, equals)), decoded(field.substring(equals + 1)));
                }
            }
            return fields;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "Request[" + method + " " + uri.getPath() + "]";
        }
    }

    /**
     * A response of a stand-in.
     *
     * @param status the HTTP status, from 200 to 999
     * @param headers of one value each
     * @param body as text; must be empty for 204 and 304
     */
    public record Response(int status, Map<String, String> headers, String body) {

        /** Copies the headers. */
        public Response {
            headers = Map.copyOf(headers);
        }

        static Response json(int status, Object value) {
            return new Response(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.write(value));
        }

        static Response html(int status, String words) {
            return new Response(status, Map.of("Content-Type", "text/html"), "<html><body>" + words + "</body></html>");
        }

        static Response plain(String text) {
            return new Response(200, Map.of("Content-Type", "text/plain"), text);
        }
    }

    /**
     * A message that a stand-in took. Its {@code toString()} shows neither the texts nor the whole address.
     *
     * @param id the provider's name for it, which the channel's receipt has too
     * @param sender as the channel gave it: a number, a name, a service or a mailbox
     * @param recipient a number with its plus sign, or an email address
     * @param subject of a mail; empty for others
     * @param text the plain text
     */
    public record Message(String id, String sender, String recipient, String subject, String text) {

        /** Checks that nothing is null. */
        public Message {
            Objects.requireNonNull(id, "id must not be null");
            Objects.requireNonNull(sender, "sender must not be null");
            Objects.requireNonNull(recipient, "recipient must not be null");
            Objects.requireNonNull(subject, "subject must not be null");
            Objects.requireNonNull(text, "text must not be null");
        }

        /**
         * Returns the code in the text.
         *
         * @return the only run of 4 to 12 digits in the text, which may occur several times
         * @throws AssertionError if there is none, or there are different ones; then read the text
         */
        public String code() {
            List<String> codes = CODE.matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .toList();
            if (codes.size() != 1) {
                throw new AssertionError("the text of " + this + " has " + codes.size()
                        + " different runs of 4 to 12 digits; read its text() instead");
            }
            return codes.get(0);
        }

        @Override
        public String toString() {
            return "Message[id=" + id + ", recipient=" + masked(recipient) + "]";
        }
    }

    /**
     * Returns where it listens: the base URL for the channel's builder.
     *
     * @return {@code http://127.0.0.1} and a port, without a path
     */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Returns the messages that were taken.
     *
     * @return a copy, in the order in which they came
     */
    public List<Message> messages() {
        return inbox.all();
    }

    /**
     * Returns the requests that came, refused ones included.
     *
     * @return a copy, in the order in which they came
     */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /**
     * Returns the code that was sent last to an address.
     *
     * @param address an email address, or a phone number with its country code, in any spelling
     * @return the code in the message's text; see {@link Message#code()}
     * @throws AssertionError if no message to the address was taken, or its text has no code
     */
    public String lastCodeTo(String address) {
        String wanted = canonical(address);
        return inbox.last(message -> canonical(message.recipient()).equals(wanted))
                .orElseThrow(() ->
                        new AssertionError("no message was taken for " + masked(address) + ", only " + messages()))
                .code();
    }

    /**
     * Waits for the next message, for an application that sends on another thread: the first one that came after the
     * one that {@link #lastCodeTo} or this method last returned.
     *
     * @param patience the longest time to wait
     * @return the message
     * @throws AssertionError if there is none in time, or the thread is interrupted
     */
    public Message await(Duration patience) {
        return inbox.await(patience);
    }

    /**
     * Responds to every message in the same way, and takes none.
     *
     * @param status the HTTP status, from 200 to 999
     * @param body as text; must be empty for 204 and 304
     */
    public void respondWith(int status, String body) {
        Response response = new Response(status, Map.of(), body);
        respondWith(request -> response);
    }

    /**
     * Responds to every message as a function says, and takes none.
     *
     * @param response called for each request, on several threads
     */
    public void respondWith(Function<Request, Response> response) {
        change(new Mode(
                Optional.of(Objects.requireNonNull(response, "response must not be null")), true, Duration.ZERO));
    }

    /** Takes messages and breaks the connection without a response, so that the sender cannot know the outcome. */
    public void breakConnections() {
        change(new Mode(Optional.empty(), false, Duration.ZERO));
    }

    /**
     * Takes messages and does not respond before a time has passed.
     *
     * @param delay the time from a request to its response; cut short by {@link #recover()} and {@link #close()}
     */
    public void delay(Duration delay) {
        change(new Mode(Optional.empty(), true, Objects.requireNonNull(delay, "delay must not be null")));
    }

    /** Takes messages and never responds: after {@link #recover()} or {@link #close()} their connections break. */
    public void hang() {
        change(new Mode(Optional.empty(), false, Duration.ofDays(1)));
    }

    /** Responds as the provider does, from now on. Keeps messages and requests. */
    public void recover() {
        change(Mode.NORMAL);
    }

    /** Forgets messages and requests; goes on to respond as before. */
    public void clear() {
        inbox.clear();
        requests.clear();
    }

    private synchronized void change(Mode next) {
        mode = next;
        change.countDown();
        change = new CountDownLatch(1);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = read(exchange);
            requests.add(request);
            Mode current;
            CountDownLatch changed;
            synchronized (this) {
                current = mayBringMessage(request) ? mode : Mode.NORMAL;
                changed = change;
            }
            Response response =
                    current.response().map(function -> function.apply(request)).orElseGet(() -> respond(request));
            if (!current.delay().isZero()) {
                boolean unused = changed.await(current.delay().toNanos(), TimeUnit.NANOSECONDS);
            }
            if (current.responds()) {
                send(exchange, response);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return new Request(exchange.getRequestMethod(), exchange.getRequestURI(), headers, body);
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static String canonical(String address) {
        try {
            return Recipient.parse(address, null).address();
        } catch (InvalidRecipientException e) {
            return address;
        }
    }

    private static String masked(String address) {
        try {
            return Recipient.parse(address, null).toString();
        } catch (InvalidRecipientException e) {
            return "an address that is no valid recipient";
        }
    }

    /** A way to respond. */
    private record Mode(Optional<Function<Request, Response>> response, boolean responds, Duration delay) {
        static final Mode NORMAL = new Mode(Optional.empty(), true, Duration.ZERO);
    }

    /** Closes the port and all connections: from now on a channel cannot connect. */
    @Override
    public void close() {
        recover();
        server.stop(0);
        executor.shutdownNow();
    }
}
