package dev.otpkit.testkit;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a provider's HTTP API, on a free port of the loopback interface, for tests of a channel, or of an
 * application with the channel that it uses in production. {@link FakeTwilio}, {@link FakeMshastra} and
 * {@link FakeGmail} are such stand-ins. One for another provider is a subclass with one method, {@link #respond}: it
 * reads a request, {@linkplain #take takes} the message in it, and returns the response.
 *
 * <pre>{@code
 * final class FakeGateway extends FakeProvider {
 *     FakeGateway() {
 *         super("FakeGateway");
 *     }
 *
 *     @Override
 *     protected Response respond(Request request) {
 *         Map<String, String> form = request.form();
 *         String id = "sms-" + nextNumber();
 *         take(new Message(id, form.get("from"), "+" + form.get("to"), "", form.get("text")));
 *         return new Response(201, id);
 *     }
 * }
 * }</pre>
 *
 * <p>It takes each message that the provider would take, keeps it, and responds as the provider does. Each of the
 * methods {@link #respondWith(int, String) respondWith}, {@link #failWith}, {@link #breakConnections}, {@link #hang},
 * {@link #delay} and {@link #hold}, and the {@code refuse} methods of the three, replaces the effect of the one before,
 * until {@link #recover()}. A request with the idempotency key of an earlier one whose message was taken gets the
 * earlier response again, and brings no message. The key is the value of a header with {@code idempoten} in its name.
 *
 * <p>It speaks HTTP/1.1 without TLS and listens from the first call of {@link #url()} on. Nothing leaves the machine.
 * Thread-safe.
 */
public abstract class FakeProvider implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("(?<![\\p{L}\\p{N}])[0-9]{4,12}(?![\\p{L}\\p{N}])");
    private static final Duration BETWEEN_DRIPS = Duration.ofMillis(20);
    private static final int ENDLESS = 32 * 1024 * 1024;

    private final String name;
    private final Inbox<Message> inbox;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Map<String, Response> byIdempotencyKey = new ConcurrentHashMap<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger endlessBodiesRead = new AtomicInteger();
    private final ThreadLocal<Boolean> tookOne = ThreadLocal.withInitial(() -> false);
    private @Nullable LoopbackServer server;
    private boolean closed;
    private Optional<Mode> mode = Optional.empty();
    private CountDownLatch change = new CountDownLatch(1);

    /**
     * For subclasses.
     *
     * @param name the name of it in failures and of its threads
     */
    protected FakeProvider(String name) {
        this.name = Objects.requireNonNull(name, "name must not be null");
        inbox = new Inbox<>(name);
    }

    /**
     * Responds as the provider does, unless a method such as {@link #failWith} replaces the response: {@linkplain #take
     * takes} the message in a request that the provider would accept, and refuses any other. Called on several threads
     * at once, also where the response then never reaches the channel.
     *
     * @param request a request to any path
     * @return the provider's response
     */
    protected abstract Response respond(Request request);

    /**
     * Returns whether a request may bring a message. Any other, such as one for an access token, always gets the
     * provider's own response.
     *
     * @param request a request to any path
     * @return true by default
     */
    protected boolean mayBringMessage(Request request) {
        return true;
    }

    /**
     * Keeps a message that the provider takes. Called by {@link #respond}.
     *
     * @param message with the recipient in E.164, or an email address, exactly as the provider would deliver it
     */
    protected final void take(Message message) {
        inbox.add(Objects.requireNonNull(message, "message must not be null"));
        tookOne.set(true);
    }

    /**
     * Returns a number for the next message, for its id.
     *
     * @return 1, 2, 3 and so on
     */
    protected final int nextNumber() {
        return taken.incrementAndGet();
    }

    /** A way in which a provider's server, or the network before it, fails. */
    public enum Fault {
        /** Takes the message and resets the connection, instead of closing it in order. */
        RESET,
        /** Takes the message, sends the head and half the body of the response, and breaks the connection. */
        BROKEN_RESPONSE,
        /** Takes the message, and breaks the connection if it was used before; responds on a new one. */
        BROKEN_KEPT_CONNECTION,
        /** Takes the message and sends a response that is no HTTP. */
        GARBAGE,
        /** Takes the message and sends the head of the response byte by byte, without end. */
        DRIPPED_HEAD,
        /** Takes the message, sends the head of the response at once, and a body byte by byte, without end. */
        DRIPPED_BODY,
        /**
         * Takes the message and sends a body as fast as it is read, until 32 MiB were read; then breaks the connection.
         */
        ENDLESS_BODY,
        /** Closes the port and all connections, so that no channel can connect. */
        UNREACHABLE
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

        /**
         * Returns the parameters in the query of the URI.
         *
         * @return decoded, in order; of several values the last
         */
        public Map<String, String> query() {
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
            Objects.requireNonNull(body, "body must not be null");
        }

        /**
         * Makes a response without headers.
         *
         * @param status the HTTP status, from 200 to 999
         * @param body as text; must be empty for 204 and 304
         */
        public Response(int status, String body) {
            this(status, Map.of(), body);
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
     * Returns its address: the base URL for the channel's builder. The first call begins to listen.
     *
     * @return {@code http://127.0.0.1} and a port, without a path; always the same
     */
    public synchronized URI url() {
        if (server == null) {
            server = new LoopbackServer(name, this::handle);
            if (closed) {
                server.close();
            }
        }
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /**
     * Returns the number of connections that it holds open. One whose client has gone while a response to it is
     * delayed, or never comes, counts until {@link #recover()}.
     *
     * @return at least 0
     */
    public synchronized int connections() {
        return server == null ? 0 : server.connections();
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
     * Returns the requests that came over all connections: refused ones included, and those that got no response.
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
        Response response = new Response(status, body);
        respondWith(request -> response);
    }

    /**
     * Responds to every message by a function, and takes none.
     *
     * @param response called for each request, on several threads
     */
    public void respondWith(Function<Request, Response> response) {
        Objects.requireNonNull(response, "response must not be null");
        change((connection, request, changed) -> send(connection, request, response.apply(request)));
    }

    /**
     * Fails in a way that leaves the channel without a readable response.
     *
     * @param fault the way
     */
    public void failWith(Fault fault) {
        if (fault == Fault.UNREACHABLE) {
            change(Optional.empty());
            listening(false);
        } else {
            change((connection, request, changed) -> fail(fault, connection, request, changed));
        }
    }

    private boolean fail(Fault fault, LoopbackServer.Connection connection, Request request, CountDownLatch changed)
            throws IOException, InterruptedException {
        Response response = responseTo(request);
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        switch (fault) {
            case BROKEN_KEPT_CONNECTION -> {
                return connection.isNew() && send(connection, request, response);
            }
            case RESET -> connection.reset();
            case BROKEN_RESPONSE -> {
                connection.write(head(response.status(), response.headers(), Math.max(2, body.length)));
                connection.write(Arrays.copyOf(body, body.length / 2));
            }
            case GARBAGE -> connection.write("220 mail.example ESMTP\r\n\r\n");
            case DRIPPED_HEAD -> {
                connection.write("HTTP/1.1 200 OK\r\nX-Padding: ");
                drip(connection, changed);
            }
            case DRIPPED_BODY -> {
                connection.write(head(response.status(), response.headers(), Integer.MAX_VALUE));
                drip(connection, changed);
            }
            case ENDLESS_BODY -> {
                connection.write(head(response.status(), response.headers(), Integer.MAX_VALUE));
                flood(connection);
            }
            case UNREACHABLE -> connection.close();
        }
        return false;
    }

    private static void drip(LoopbackServer.Connection connection, CountDownLatch changed)
            throws IOException, InterruptedException {
        while (!changed.await(BETWEEN_DRIPS.toMillis(), TimeUnit.MILLISECONDS)) {
            connection.write(" ");
        }
    }

    private void flood(LoopbackServer.Connection connection) throws IOException {
        byte[] blanks = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (int written = 0; written < ENDLESS; written += blanks.length) {
            connection.write(blanks);
        }
        endlessBodiesRead.incrementAndGet();
    }

    /** Returns the number of endless bodies that were read completely. */
    final int endlessBodiesRead() {
        return endlessBodiesRead.get();
    }

    /** Takes messages and breaks the connection without a response, so that the sender cannot know the outcome. */
    public void breakConnections() {
        change((connection, request, changed) -> {
            responseTo(request);
            return false;
        });
    }

    /**
     * Takes messages and responds after a delay.
     *
     * @param delay the time from a request to its response; cut short by {@link #recover()} and {@link #close()}
     */
    public void delay(Duration delay) {
        Objects.requireNonNull(delay, "delay must not be null");
        change((connection, request, changed) -> {
            Response response = responseTo(request);
            boolean unused = changed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
            return send(connection, request, response);
        });
    }

    /** Takes messages and never responds: after {@link #recover()} or {@link #close()} their connections break. */
    public void hang() {
        change((connection, request, changed) -> {
            responseTo(request);
            changed.await();
            return false;
        });
    }

    /**
     * Takes messages and responds only once a number of requests are waiting at the same time, which a channel that
     * delivers one message after the other never achieves. Later requests get their response at once.
     *
     * @param requests at least 1; {@link #recover()} and {@link #close()} wait for no more
     */
    public void hold(int requests) {
        CountDownLatch missing = new CountDownLatch(requests);
        change((connection, request, changed) -> {
            Response response = responseTo(request);
            missing.countDown();
            boolean complete = false;
            while (!complete && changed.getCount() > 0) {
                complete = missing.await(BETWEEN_DRIPS.toMillis(), TimeUnit.MILLISECONDS);
            }
            return send(connection, request, response);
        });
    }

    /** Responds as the provider does, from now on. Messages and requests are kept. */
    public void recover() {
        change(Optional.empty());
        listening(true);
    }

    /** Forgets messages and requests; the responses stay the same. */
    public void clear() {
        inbox.clear();
        requests.clear();
    }

    private synchronized void listening(boolean wanted) {
        if (server != null && !closed) {
            if (wanted) {
                server.open();
            } else {
                server.closeToConnections();
            }
        }
    }

    private void change(Mode next) {
        change(Optional.of(next));
        listening(true);
    }

    private synchronized void change(Optional<Mode> next) {
        mode = next;
        change.countDown();
        change = new CountDownLatch(1);
    }

    private boolean handle(LoopbackServer.Connection connection, LoopbackServer.Received received)
            throws IOException, InterruptedException {
        Request request = new Request(received.method(), received.uri(), received.headers(), received.body());
        requests.add(request);
        Optional<Mode> current;
        CountDownLatch changed;
        synchronized (this) {
            current = mode;
            changed = change;
        }
        if (current.isEmpty() || !mayBringMessage(request)) {
            return send(connection, request, responseTo(request));
        }
        return current.get().respond(connection, request, changed);
    }

    /** Returns the provider's own response, or the one that its idempotency key got before. */
    private Response responseTo(Request request) {
        Optional<String> key = request.headers().entrySet().stream()
                .filter(header -> header.getKey().toLowerCase(Locale.ROOT).contains("idempoten"))
                .map(Map.Entry::getValue)
                .findFirst();
        if (key.isPresent() && byIdempotencyKey.containsKey(key.get())) {
            return byIdempotencyKey.get(key.get());
        }
        tookOne.set(false);
        Response response = respond(request);
        if (key.isPresent() && tookOne.get()) {
            byIdempotencyKey.put(key.get(), response);
        }
        return response;
    }

    private static boolean send(LoopbackServer.Connection connection, Request request, Response response)
            throws IOException {
        boolean bodiless = response.status() == 204 || response.status() == 304;
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        byte[] head = head(response.status(), response.headers(), bodiless ? -1 : body.length)
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        connection.write(bodiless || request.method().equals("HEAD") ? head : all);
        return true;
    }

    private static String head(int status, Map<String, String> headers, int length) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
        new TreeMap<>(headers)
                .forEach((header, value) ->
                        head.append(header).append(": ").append(value).append("\r\n"));
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.append("\r\n").toString();
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

    /** A way to respond to a request that may bring a message. */
    @FunctionalInterface
    private interface Mode {
        /** Returns false if the connection is to be closed. */
        boolean respond(LoopbackServer.Connection connection, Request request, CountDownLatch changed)
                throws IOException, InterruptedException;
    }

    /** Closes the port and all connections: from now on a channel cannot connect. */
    @Override
    public void close() {
        change(Optional.empty());
        synchronized (this) {
            closed = true;
            if (server != null) {
                server.close();
            }
        }
    }
}
