package dev.otpkit.testkit;

import com.sun.net.httpserver.HttpServer;
import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** Shows that a channel of one's own, over HTTP, passes the contract with every hook in use. */
class WebhookChannelTest extends DeliveryChannelContract {
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String reason = "";
    private volatile boolean silent;

    @Override
    protected DeliveryChannel createChannel() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            arrived.add(new String(body, StandardCharsets.UTF_8));
            if (silent) {
                awaitTheEnd();
            }
            byte[] answer = (reason + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return new WebhookChannel(
                URI.create("http://localhost:" + server.getAddress().getPort()));
    }

    @Override
    protected Recipient supportedRecipient() {
        return new PhoneNumber("+966501234567");
    }

    @Override
    protected Optional<Recipient> unsupportedRecipient() {
        return Optional.empty();
    }

    @Override
    protected List<String> deliveredTexts() {
        return arrived;
    }

    @Override
    protected void makeRefusing() {
        status = 422;
    }

    @Override
    protected boolean makeRefusingWith(String words) {
        status = 422;
        reason = words;
        return true;
    }

    @Override
    protected boolean makeUnreachable() {
        server.stop(0);
        return true;
    }

    @Override
    protected boolean makeSilent() {
        silent = true;
        return true;
    }

    @AfterEach
    void stopTheServer() {
        over.countDown();
        server.stop(0);
        executor.shutdownNow();
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Posts the text to a URL. */
    private record WebhookChannel(URI uri, HttpClient client) implements DeliveryChannel {
        WebhookChannel(URI uri) {
            this(
                    uri,
                    HttpClient.newBuilder()
                            .connectTimeout(Duration.ofSeconds(1))
                            .build());
        }

        @Override
        public String name() {
            return "webhook";
        }

        @Override
        public String medium() {
            return "sms";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(Duration.ofSeconds(1))
                    .POST(HttpRequest.BodyPublishers.ofString(message.text()))
                    .build();
            try {
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return DeliveryReceipt.accepted();
                }
                throw failure(
                        DeliveryFailure.Kind.MISCONFIGURED,
                        "status " + answer.statusCode() + ": " + message.redact(answer.body()));
            } catch (ConnectException e) {
                throw failure(DeliveryFailure.Kind.UNAVAILABLE, "no connection");
            } catch (IOException e) {
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "no answer");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure(DeliveryFailure.Kind.UNCERTAIN, "interrupted");
            }
        }

        private DeliveryException failure(DeliveryFailure.Kind kind, String detail) {
            return new DeliveryException(DeliveryFailure.of(name(), kind, null, detail));
        }
    }
}
