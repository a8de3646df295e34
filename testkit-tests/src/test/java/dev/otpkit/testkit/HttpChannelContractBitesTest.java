package dev.otpkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.PhoneNumber;
import dev.otpkit.Recipient;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryFailure.Kind;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Tests that each defect of a channel over HTTP fails a named test of the contract. {@link WebhookChannelTest} tests
 * that a correct one passes.
 */
class HttpChannelContractBitesTest {

    @Test
    void explainsEachOfItsTests() {
        assertThat(ContractRun.unexplainedTestsOf(HttpChannelContract.class)).isEmpty();
    }

    @Test
    void failsOneThatSendsEveryMessageTwice() {
        ContractRun.assertFails(SendsTwice.class, "makesOneRequestPerMessage", "deliversAMessageOnce");
    }

    @Test
    void failsOneThatTriesAgainAfterAServerError() {
        ContractRun.assertFails(TriesAgainAfterServerError.class, "isUncertainOfAServerErrorAndAsksOnce");
    }

    @Test
    void failsOneThatTriesAgainAfter502Alone() {
        ContractRun.assertFails(TriesAgainAfterBadGateway.class, "isUncertainOfAServerErrorAndAsksOnce");
    }

    @Test
    void failsOneThatTakesAServerErrorForAnAcceptance() {
        ContractRun.assertFails(TakesServerErrorForAcceptance.class, "isUncertainOfAServerErrorAndAsksOnce");
    }

    @Test
    void failsOneThatCallsAServerErrorUnavailable() {
        ContractRun.assertFails(CallsServerErrorUnavailable.class, "isUncertainOfAServerErrorAndAsksOnce");
    }

    @Test
    void failsOneThatTakesEvery2xxForAnAcceptance() {
        ContractRun.assertFails(TakesEvery2xxForAcceptance.class, "isUncertainOfAnAcceptanceThatCannotBeRead");
    }

    @Test
    void failsOneThatTakesAnyTextForAnId() {
        ContractRun.assertFails(TakesAnyTextForAnId.class, "isUncertainOfAnAcceptanceThatCannotBeRead");
    }

    @Test
    void failsOneThatGivesNoId() {
        ContractRun.assertFails(GivesNoId.class, "returnsTheIdOfTheMessage");
    }

    @Test
    void failsOneThatGivesTheIdOfTheFirstMessage() {
        ContractRun.assertFails(GivesTheFirstId.class, "returnsTheIdOfTheMessage");
    }

    @Test
    void failsOneThatCallsAnUnreadableAcceptanceAFailure() {
        ContractRun.assertFails(CallsUnreadableAFailure.class, "isUncertainOfAnAcceptanceThatCannotBeRead");
    }

    @Test
    void failsOneThatCallsTooManyRequestsUnavailable() {
        ContractRun.assertFails(
                CallsTooManyUnavailable.class, "isThrottledByTooManyRequests", "reportsEachRefusalAsWhatItMeans");
    }

    @Test
    void failsOneThatWaitsAndTriesAgainWhenThrottled() {
        ContractRun.assertFails(TriesAgainWhenThrottled.class, "makesOneRequestWhenRefused");
    }

    @Test
    void failsOneThatSignsInOnlyWhenAsked() {
        ContractRun.assertFails(SignsInWhenAsked.class, "makesOneRequestPerMessage");
    }

    @Test
    void failsOneThatFollowsRedirects() {
        ContractRun.assertFails(FollowsRedirects.class, "followsNoRedirect");
    }

    @Test
    void failsOneThatTakesARedirectForAnAcceptance() {
        ContractRun.assertFails(TakesRedirectForAcceptance.class, "followsNoRedirect");
    }

    @Test
    void failsOneThatCallsABrokenConnectionUnavailable() {
        ContractRun.assertFails(CallsBrokenUnavailable.class, "isUncertainOfAConnectionThatBreaks");
    }

    @Test
    void failsOneThatCallsAResetUnavailable() {
        ContractRun.assertFails(CallsResetUnavailable.class, "isUncertainOfAConnectionThatBreaks");
    }

    @Test
    void failsOneThatTriesAgainAfterABrokenConnection() {
        ContractRun.assertFails(TriesAgainAfterBreak.class, "isUncertainOfAConnectionThatBreaks");
    }

    @Test
    void failsOneThatCallsWhatIsNoHttpMisconfigured() {
        ContractRun.assertFails(CallsGarbageMisconfigured.class, "isUncertainOfAConnectionThatBreaks");
    }

    @Test
    void failsOneThatTakesHalfAResponseForAnAcceptance() {
        ContractRun.assertFails(TakesHalfForAcceptance.class, "isUncertainOfAConnectionThatBreaks");
    }

    @Test
    void failsOneWhoseClientTriesAgainOverANewConnection() {
        ContractRun.assertFails(OnUrlConnection.class, "asksOnceOverAKeptConnectionThatBreaks");
    }

    @Test
    void failsOneThatBoundsEachReadAlone() {
        ContractRun.assertFails(OnUrlConnection.class, "endsInTimeWhenAHeadDrips", "endsInTimeWhenABodyDrips");
    }

    @Test
    void failsOneThatBoundsTheHeadAlone() {
        ContractRun.assertFails(BoundsTheHeadAlone.class, "endsInTimeWhenABodyDrips");
    }

    @Test
    void failsOneThatTriesAgainWhenThereIsNoAnswerInTime() {
        ContractRun.assertFails(TriesAgainAfterTimeout.class, "reportsAProviderThatDoesNotAnswerAsUncertain");
    }

    @Test
    void failsOneThatReadsABodyWithoutEnd() {
        ContractRun.assertFails(ReadsWithoutEnd.class, "readsNoBodyWithoutEnd");
    }

    @Test
    void failsOneThatDeliversOneAfterTheOther() {
        ContractRun.assertFails(OneAtATime.class, "deliversSeveralMessagesAtTheSameTime");
    }

    @Test
    void failsOneThatDeliversTwoAtATime() {
        ContractRun.assertFails(TwoAtATime.class, "deliversSeveralMessagesAtTheSameTime");
    }

    @Test
    void failsOneThatPrefersHttp2() {
        ContractRun.assertFails(PrefersHttp2.class, "speaksHttp1Alone");
    }

    @Test
    void failsOneThatMakesAClientPerDelivery() {
        ContractRun.assertFails(ClientPerDelivery.class, "keepsFewConnections");
    }

    @Test
    void failsOneThatMakesAClientAfterEachRefusal() {
        ContractRun.assertFails(ReplacesItsClient.class, "keepsFewConnections");
    }

    @Test
    void failsOneThatDropsAResendByItsIdempotencyKey() {
        ContractRun.assertFails(KeyOfRecipientAndCode.class, "deliversTheSameMessageAgain");
    }

    @Test
    void failsOneThatAsksTheProviderWhomItReaches() {
        ContractRun.assertFails(
                AsksWhomItReaches.class, "asksNothingWhenAskedWhomItReaches", "knowsWhomItReachesWithoutItsProvider");
    }

    @Test
    void failsOneThatKeepsTheNumberInAField() {
        ContractRun.assertFails(NumberInAField.class, "deliversManyMessagesAtOnceEachOnce");
    }

    @Test
    void failsOneThatCallsAnInterruptUnavailable() {
        ContractRun.assertFails(CallsInterruptUnavailable.class, "endsSoonWhenItsThreadIsInterrupted");
    }

    @Test
    void failsOneThatDoesNotNoticeAnInterrupt() {
        ContractRun.assertFails(OnUrlConnection.class, "endsSoonWhenItsThreadIsInterrupted");
    }

    @Test
    void failsOneThatEscapesByHand() {
        ContractRun.assertFails(EscapesByHand.class, "deliversToTheRecipientOfTheMessage");
    }

    @Test
    void failsOneThatEncodesInTheDefaultCharset() {
        ContractRun.assertFails(EncodesInLatin.class, "deliversEveryScriptUnharmed");
    }

    @Test
    void failsOneThatNeedsAConnectionOfBefore() {
        ContractRun.assertFails(ClosesAfterFailure.class, "deliversAgainAfterTheProviderWasAway");
    }

    /** The correct channel. Each fixture overrides the part that it breaks. */
    static class Sound extends HttpChannelContract {
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout);
        }

        @Override
        protected FakeProvider createProvider() {
            return new FakeWebhook();
        }

        @Override
        protected DeliveryChannel createChannel(URI url, Duration timeout) {
            return channel(url, timeout);
        }

        @Override
        protected Recipient supportedRecipient() {
            return new PhoneNumber("+966501234567");
        }

        @Override
        protected List<String> credentials() {
            return List.of(WebhookChannel.TOKEN);
        }

        @Override
        protected Optional<FakeProvider.Response> refusal(DeliveryFailure.Kind kind, String words) {
            return FakeWebhook.refusal(kind, words);
        }
    }

    /** The same with little patience, for calls that never end. */
    static class Hasty extends Sound {
        @Override
        Duration patience() {
            return Duration.ofSeconds(1);
        }
    }

    static class SendsTwice extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    super.post(message);
                    return super.post(message);
                }
            };
        }
    }

    static class TriesAgainAfterServerError extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    WebhookResponse response = super.post(message);
                    return response.status() >= 500 ? super.post(message) : response;
                }
            };
        }
    }

    static class TriesAgainAfterBadGateway extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    WebhookResponse response = super.post(message);
                    return response.status() == 502 ? super.post(message) : response;
                }
            };
        }
    }

    static class TakesServerErrorForAcceptance extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    return response.status() == 500 ? DeliveryReceipt.accepted() : super.receipt(message, response);
                }
            };
        }
    }

    static class CallsServerErrorUnavailable extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                Kind kind(WebhookResponse response) {
                    return response.status() >= 500 ? Kind.UNAVAILABLE : super.kind(response);
                }
            };
        }
    }

    static class TakesEvery2xxForAcceptance extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    return response.status() / 100 == 2 ? DeliveryReceipt.accepted() : super.receipt(message, response);
                }
            };
        }
    }

    static class TakesAnyTextForAnId extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    return response.status() / 100 == 2 && !response.body().isBlank()
                            ? DeliveryReceipt.of(message.redact(response.body(), TOKEN))
                            : super.receipt(message, response);
                }
            };
        }
    }

    static class GivesNoId extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    super.receipt(message, response);
                    return DeliveryReceipt.accepted();
                }
            };
        }
    }

    static class GivesTheFirstId extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            AtomicReference<DeliveryReceipt> first = new AtomicReference<>();
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    first.compareAndSet(null, super.receipt(message, response));
                    return first.get();
                }
            };
        }
    }

    static class CallsUnreadableAFailure extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                Kind kind(WebhookResponse response) {
                    return response.status() < 300 ? Kind.MISCONFIGURED : super.kind(response);
                }
            };
        }
    }

    static class CallsTooManyUnavailable extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                Kind kind(WebhookResponse response) {
                    return response.status() == 429 ? Kind.UNAVAILABLE : super.kind(response);
                }
            };
        }
    }

    static class TriesAgainWhenThrottled extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    WebhookResponse response = super.post(message);
                    return response.status() == 429 ? super.post(message) : response;
                }
            };
        }
    }

    static class SignsInWhenAsked extends Sound {
        @Override
        protected FakeProvider createProvider() {
            return new FakeProvider("FakeBasicWebhook") {
                @Override
                protected Response respond(Request request) {
                    if (!request.headers().containsKey("Authorization")) {
                        return new Response(401, Map.of("WWW-Authenticate", "Basic realm=\"sms\""), "");
                    }
                    take(new Message(
                            "sms-1",
                            "Acme",
                            request.form().getOrDefault("to", ""),
                            "",
                            request.form().getOrDefault("text", "")));
                    return new Response(201, "sms-1");
                }
            };
        }

        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                HttpClient client(HttpClient.Builder builder) {
                    return builder.authenticator(new Authenticator() {
                                @Override
                                protected PasswordAuthentication getPasswordAuthentication() {
                                    return new PasswordAuthentication("user", TOKEN.toCharArray());
                                }
                            })
                            .build();
                }

                @Override
                HttpRequest.Builder request(OtpMessage message) {
                    return HttpRequest.newBuilder(url)
                            .timeout(timeout)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form(message)));
                }
            };
        }
    }

    static class FollowsRedirects extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                HttpClient client(HttpClient.Builder builder) {
                    return builder.followRedirects(HttpClient.Redirect.NORMAL).build();
                }
            };
        }
    }

    static class TakesRedirectForAcceptance extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryReceipt receipt(OtpMessage message, WebhookResponse response) throws DeliveryException {
                    return response.status() / 100 == 3 ? DeliveryReceipt.accepted() : super.receipt(message, response);
                }
            };
        }
    }

    static class CallsBrokenUnavailable extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryException unanswered(OtpMessage message, Throwable cause) {
                    return failure(Kind.UNAVAILABLE, "no connection");
                }
            };
        }
    }

    static class CallsResetUnavailable extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryException unanswered(OtpMessage message, Throwable cause) {
                    boolean reset = cause instanceof SocketException || cause.getCause() instanceof SocketException;
                    return reset ? failure(Kind.UNAVAILABLE, "no connection") : super.unanswered(message, cause);
                }
            };
        }
    }

    static class TriesAgainAfterBreak extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    try {
                        return super.post(message);
                    } catch (DeliveryException e) {
                        return super.post(message);
                    }
                }
            };
        }
    }

    static class CallsGarbageMisconfigured extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryException unanswered(OtpMessage message, Throwable cause) {
                    return String.valueOf(cause.getMessage()).contains("nvalid") || cause instanceof ProtocolException
                            ? failure(Kind.MISCONFIGURED, "this is no HTTP")
                            : super.unanswered(message, cause);
                }
            };
        }
    }

    static class TakesHalfForAcceptance extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    try {
                        HttpResponse<InputStream> response =
                                client.send(request(message).build(), BodyHandlers.ofInputStream());
                        try (InputStream body = response.body()) {
                            byte[] read = body.readNBytes(1000);
                            return receipt(
                                    message,
                                    new WebhookResponse(
                                            response.statusCode(), new String(read, StandardCharsets.UTF_8)));
                        } catch (IOException e) {
                            if (response.statusCode() == 201) {
                                return DeliveryReceipt.accepted();
                            }
                            throw e;
                        }
                    } catch (IOException e) {
                        throw unanswered(message, e);
                    } catch (InterruptedException e) {
                        throw interrupted();
                    }
                }
            };
        }
    }

    /** On the JDK's old client, as many channels are. */
    static class OnUrlConnection extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    try {
                        HttpURLConnection connection =
                                (HttpURLConnection) url.toURL().openConnection();
                        connection.setConnectTimeout((int) timeout.toMillis());
                        connection.setReadTimeout((int) timeout.toMillis());
                        connection.setInstanceFollowRedirects(false);
                        connection.setRequestMethod("POST");
                        connection.setDoOutput(true);
                        connection.setRequestProperty("Authorization", "Bearer " + TOKEN);
                        connection.getOutputStream().write(form(message).getBytes(StandardCharsets.UTF_8));
                        int status = connection.getResponseCode();
                        try (InputStream body =
                                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                            String text =
                                    body == null ? "" : new String(body.readNBytes(10_000), StandardCharsets.UTF_8);
                            return new WebhookResponse(status, text);
                        }
                    } catch (ConnectException e) {
                        throw failure(Kind.UNAVAILABLE, "no connection");
                    } catch (IOException e) {
                        throw failure(Kind.UNCERTAIN, "no response");
                    }
                }
            };
        }
    }

    static class BoundsTheHeadAlone extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    try {
                        HttpResponse<InputStream> response =
                                client.send(request(message).build(), BodyHandlers.ofInputStream());
                        try (InputStream body = response.body()) {
                            return new WebhookResponse(
                                    response.statusCode(), new String(body.readNBytes(10_000), StandardCharsets.UTF_8));
                        }
                    } catch (IOException e) {
                        throw unanswered(message, e);
                    } catch (InterruptedException e) {
                        throw interrupted();
                    }
                }
            };
        }
    }

    static class TriesAgainAfterTimeout extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout.dividedBy(2)) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    try {
                        return super.post(message);
                    } catch (DeliveryException e) {
                        return super.post(message);
                    }
                }
            };
        }
    }

    static class ReadsWithoutEnd extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    try {
                        HttpResponse<String> response =
                                client.send(request(message).build(), BodyHandlers.ofString());
                        return new WebhookResponse(response.statusCode(), response.body());
                    } catch (IOException e) {
                        throw unanswered(message, e);
                    } catch (InterruptedException e) {
                        throw interrupted();
                    }
                }
            };
        }
    }

    static class OneAtATime extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                public synchronized DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    return super.deliver(message);
                }
            };
        }
    }

    static class TwoAtATime extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                private final Semaphore connections = new Semaphore(2);

                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    connections.acquireUninterruptibly();
                    try {
                        return super.deliver(message);
                    } finally {
                        connections.release();
                    }
                }
            };
        }
    }

    static class PrefersHttp2 extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                HttpClient client(HttpClient.Builder builder) {
                    return builder.version(HttpClient.Version.HTTP_2).build();
                }
            };
        }
    }

    static class ClientPerDelivery extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                private final List<HttpClient> clients = new CopyOnWriteArrayList<>();

                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    WebhookChannel another = new WebhookChannel(url, timeout);
                    clients.add(another.client);
                    return another.deliver(message);
                }
            };
        }
    }

    static class ReplacesItsClient extends Hasty {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                private final List<WebhookChannel> used =
                        new CopyOnWriteArrayList<>(List.of(new WebhookChannel(url, timeout)));

                @Override
                WebhookResponse post(OtpMessage message) throws DeliveryException {
                    WebhookResponse response = used.get(used.size() - 1).post(message);
                    if (response.status() == 422) {
                        used.add(new WebhookChannel(url, timeout));
                    }
                    return response;
                }
            };
        }
    }

    static class KeyOfRecipientAndCode extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                HttpRequest.Builder request(OtpMessage message) {
                    return super.request(message)
                            .header(
                                    "Idempotency-Key",
                                    String.valueOf((message.recipient().address() + message.code()).hashCode()));
                }
            };
        }
    }

    static class AsksWhomItReaches extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                public boolean supports(Recipient recipient) {
                    try {
                        return super.supports(recipient)
                                && client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
                                                .statusCode()
                                        < 500;
                    } catch (IOException e) {
                        return false;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return false;
                    }
                }
            };
        }
    }

    static class NumberInAField extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                private volatile String number = "";

                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    number = message.recipient().address();
                    return super.deliver(message);
                }

                @Override
                String number(OtpMessage message) {
                    LockSupport.parkNanos(1_000_000);
                    return number;
                }
            };
        }
    }

    static class CallsInterruptUnavailable extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                DeliveryException interrupted() {
                    Thread.currentThread().interrupt();
                    return failure(Kind.UNAVAILABLE, "interrupted");
                }
            };
        }
    }

    static class EscapesByHand extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                String form(OtpMessage message) {
                    return "to=" + number(message) + "&text=" + encoded(text(message));
                }
            };
        }
    }

    static class EncodesInLatin extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                @Override
                String form(OtpMessage message) {
                    return "to=" + encoded(number(message)) + "&text="
                            + URLEncoder.encode(text(message), StandardCharsets.ISO_8859_1);
                }
            };
        }
    }

    static class ClosesAfterFailure extends Sound {
        @Override
        WebhookChannel channel(URI url, Duration timeout) {
            return new WebhookChannel(url, timeout) {
                private volatile boolean closed;

                @Override
                public DeliveryReceipt deliver(OtpMessage message) throws DeliveryException {
                    if (closed) {
                        throw failure(Kind.UNAVAILABLE, "closed");
                    }
                    return super.deliver(message);
                }

                @Override
                DeliveryException unanswered(OtpMessage message, Throwable cause) {
                    closed = true;
                    return super.unanswered(message, cause);
                }
            };
        }
    }
}
