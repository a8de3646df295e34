package dev.otpkit.benchmarks.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;
import dev.otpkit.benchmarks.Baseline;
import dev.otpkit.benchmarks.Figure;
import dev.otpkit.channel.twilio.TwilioSmsChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One SMS over loopback: the channel, the stock client of Twilio's library, and the client of the JDK alone.
 *
 * <p>The server of JDK 17 leaves Nagle's algorithm on. It writes the head of its answer and then the body; the second
 * waits for the first to be acknowledged, which Linux delays by 40 ms, for any client. Hence the property.
 */
@Figure(value = "An SMS by Twilio's API", bytes = false, longerWarmup = 4)
@Baseline("stockClient")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(jvmArgsAppend = "-Dsun.net.httpserver.nodelay=true")
@State(Scope.Benchmark)
public class TwilioBenchmark {
    private static final String ACCOUNT = "AC00000000000000000000000000000000";
    private static final String TOKEN = "fake-token";
    private static final String FROM = "+15005550006";
    private static final OtpMessage MESSAGE = new OtpMessage(
            new dev.otpkit.PhoneNumber("+966501234567"),
            "123456",
            "default",
            Locale.ENGLISH,
            Duration.ofMinutes(5),
            "Your Acme code",
            "Your Acme code: 123456. It expires in 5 min. Never share it with anyone.",
            Optional.empty());
    private static final byte[] ANSWER =
            ("{\"sid\":\"SM00000000000000000000000000000000\",\"status\":\"queued\",\"body\":\"" + MESSAGE.text()
                            + "\",\"to\":\"+966501234567\",\"error_code\":null}")
                    .getBytes(UTF_8);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final HttpServer server = server();
    private final String url = "http://127.0.0.1:" + server.getAddress().getPort();
    private final TwilioSmsChannel channel = TwilioSmsChannel.builder()
            .accountSid(ACCOUNT)
            .authToken(TOKEN)
            .from(FROM)
            .baseUrl(URI.create(url))
            .build();
    private final TwilioRestClient stock = new TwilioRestClient.Builder(ACCOUNT, TOKEN)
            .httpClient(new Redirected(url))
            .build();

    private final HttpClient jdk =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest form = HttpRequest.newBuilder(URI.create(url + "/Messages.json"))
            .header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString((ACCOUNT + ":" + TOKEN).getBytes(UTF_8)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString("To=" + URLEncoder.encode("+966501234567", UTF_8) + "&From="
                    + URLEncoder.encode(FROM, UTF_8) + "&ValidityPeriod=300&Body="
                    + URLEncoder.encode(MESSAGE.text(), UTF_8)))
            .build();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves. */
    @Setup
    public void start() {
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
            exchange.close();
        });
        server.start();
    }

    /** Stops serving. */
    @TearDown
    public void stop() {
        channel.close();
        server.stop(0);
        executor.shutdown();
    }

    /**
     * Creates the same message by Twilio's library as it comes.
     *
     * @return the message
     */
    @Benchmark
    public Message stockClient() {
        return Message.creator(new PhoneNumber(MESSAGE.recipient().address()), new PhoneNumber(FROM), MESSAGE.text())
                .setValidityPeriod(300)
                .create(stock);
    }

    /**
     * Delivers by the channel.
     *
     * @return the receipt
     * @throws DeliveryException never
     */
    @Benchmark
    public DeliveryReceipt otpKit() throws DeliveryException {
        return channel.deliver(MESSAGE);
    }

    /**
     * Posts the same form by the client of the JDK alone, on which the channel is built: the floor of the channel.
     *
     * @return the response
     * @throws IOException if there is none
     * @throws InterruptedException if the thread is interrupted
     */
    @Benchmark
    public String clientOfTheJdk() throws IOException, InterruptedException {
        HttpResponse<String> response = jdk.send(form, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IllegalStateException("not created: " + response.statusCode());
        }
        return response.body();
    }

    /** The stock client, whose host is fixed, with another one. */
    private static final class Redirected extends NetworkHttpClient {
        private final String url;

        Redirected(String url) {
            this.url = url;
        }

        @Override
        public Response makeRequest(Request request) {
            Request redirected =
                    new Request(request.getMethod(), request.getUrl().replaceFirst("https://[^/]+", url));
            redirected.setAuth(ACCOUNT, TOKEN);
            redirected.setContentType(request.getContentType());
            request.getPostParams()
                    .forEach((name, values) -> values.forEach(value -> redirected.addPostParam(name, value)));
            return super.makeRequest(redirected);
        }
    }
}
