package dev.otpkit.testkit;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A sound channel to {@link FakeWebhook}, on the JDK's client alone. Fixtures override the part that they break. */
class WebhookChannel implements DeliveryChannel {
    static final String TOKEN = "fake-webhook-token";

    private static final int MAX_ANSWER = 64 * 1024;

    final URI url;
    final Duration timeout;
    final HttpClient client;

    WebhookChannel(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
        this.client = client(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout));
    }

    HttpClient client(HttpClient.Builder builder) {
        return builder.build();
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
        return recipient instanceof PhoneNumber;
    }

    @Override
    public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
        return receipt(message, post(message));
    }

    WebhookResponse post(OtpMessage message) throws DeliveryException {
        CompletableFuture<HttpResponse<String>> pending =
                client.sendAsync(request(message).build(), head -> new BoundedBody(MAX_ANSWER));
        try {
            HttpResponse<String> response =
                    pending.get(message.deadline().atMost(timeout).toNanos(), TimeUnit.NANOSECONDS);
            return new WebhookResponse(response.statusCode(), response.body());
        } catch (ExecutionException e) {
            throw unanswered(message, e.getCause());
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw failure(Kind.UNCERTAIN, "no response in time");
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw interrupted();
        }
    }

    DeliveryException interrupted() {
        Thread.currentThread().interrupt();
        return failure(Kind.UNCERTAIN, "interrupted");
    }

    DeliveryException unanswered(OtpMessage message, Throwable cause) {
        boolean unsent = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        return failure(unsent ? Kind.UNAVAILABLE : Kind.UNCERTAIN, "no response: " + cause.getClass());
    }

    HttpRequest.Builder request(OtpMessage message) {
        return HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(message)));
    }

    String form(OtpMessage message) {
        return "to=" + encoded(number(message)) + "&text=" + encoded(text(message));
    }

    String number(OtpMessage message) {
        return message.recipient().address();
    }

    String text(OtpMessage message) {
        return message.text();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
        if (response.status() == 201 && response.body().matches("sms-\\d{1,9}")) {
            return DeliveryReceipt.of(response.body());
        }
        throw failure(
                kind(response),
                "status " + response.status() + ": "
                        + message.redact(response.body().strip(), TOKEN));
    }

    Kind kind(WebhookResponse response) {
        if (response.status() == 429) {
            return Kind.THROTTLED;
        }
        String word = response.body().replaceFirst("(?s) .*", "");
        return switch (response.status() + " " + word) {
            case "422 NUMBER" -> Kind.RECIPIENT_REJECTED;
            case "422 STOP" -> Kind.OPTED_OUT;
            case "503 CLOSED" -> Kind.UNAVAILABLE;
            default -> response.status() >= 300 && response.status() < 500 ? Kind.MISCONFIGURED : Kind.UNCERTAIN;
        };
    }

    DeliveryException failure(Kind kind, String detail) {
        return new DeliveryException(DeliveryFailure.of(name(), kind, null, detail));
    }

    @Override
    public String toString() {
        return "WebhookChannel[" + url.getHost() + "]";
    }

    /** The status and the body of a response. */
    record WebhookResponse(int status, String body) {}

    /** A body in UTF-8 that is read to a bound, and then no more. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<String> {
        private final int bound;
        private final HttpResponse.BodySubscriber<String> text =
                HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        private Flow.Subscription subscription;
        private long read;

        BoundedBody(int bound) {
            this.bound = bound;
        }

        @Override
        public CompletionStage<String> getBody() {
            return text.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription source) {
            subscription = source;
            text.onSubscribe(source);
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            read += part.stream().mapToLong(ByteBuffer::remaining).sum();
            if (read > bound) {
                subscription.cancel();
                text.onError(new IOException("the body is too long"));
            } else {
                text.onNext(new ArrayList<>(part));
            }
        }

        @Override
        public void onError(Throwable failure) {
            text.onError(failure);
        }

        @Override
        public void onComplete() {
            text.onComplete();
        }
    }
}
