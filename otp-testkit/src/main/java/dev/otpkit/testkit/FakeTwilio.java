package dev.otpkit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for Twilio's messages API, for SMS and WhatsApp: {@code POST
 * /2010-04-01/Accounts/{AccountSid}/Messages.json}. It also takes feedback on a message that was sent with
 * {@code ProvideFeedback}, at {@code …/Messages/{Sid}/Feedback.json}, which {@link #requests()} has.
 *
 * <pre>{@code
 * FakeTwilio twilio = FakeTwilio.start();
 * DeliveryChannel channel = TwilioSmsChannel.builder()
 *         .accountSid(FakeTwilio.ACCOUNT_SID)
 *         .authToken(FakeTwilio.AUTH_TOKEN)
 *         .from("+15005550006")
 *         .baseUrl(twilio.url())
 *         .build();
 * }</pre>
 *
 * <p>It responds with 201 and a message that is {@code queued}, or {@code accepted} for a Messaging Service, and
 * repeats the text, as Twilio does. As Twilio does, it refuses wrong credentials (401, 20003), another account or path
 * (404, 20404), a missing recipient, sender or text (400: 21604, 21603, 21619), a recipient that is no number (21211),
 * a text of more than 1600 characters (21617), an address for WhatsApp on one side alone (21910), and for a template an
 * invalid id (21655), variables that are no JSON object (21656) or have no template (21654). Its errors about a
 * recipient repeat the number.
 *
 * <p>The {@link FakeProvider.Message#text() text} of a message that was made from a template has the values of its
 * variables, in their order, with blanks between them.
 */
public final class FakeTwilio extends FakeProvider {
    /** The SID of the account of {@link #start()}. */
    public static final String ACCOUNT_SID = "ACfa4efa4efa4efa4efa4efa4efa4efa4e";

    /** The auth token of the account of {@link #start()}. */
    public static final String AUTH_TOKEN = "fake-auth-token";

    private static final Pattern PATH = Pattern.compile("/2010-04-01/Accounts/([^/]+)/Messages\\.json");
    private static final Pattern FEEDBACK_PATH =
            Pattern.compile("/2010-04-01/Accounts/([^/]+)/Messages/([^/]+)/Feedback\\.json");
    private static final Pattern CHALLENGE = Pattern.compile("[?&](otpkit-challenge=[^&]*)$");
    private static final Pattern NUMBER = Pattern.compile("\\+[1-9]\\d{6,14}");
    private static final Pattern CONTENT_SID = Pattern.compile("HX[0-9a-fA-F]{32}");
    private static final String WHATSAPP = "whatsapp:";
    private static final Set<String> STATUSES =
            Set.of("accepted", "canceled", "delivered", "failed", "queued", "read", "sending", "sent", "undelivered");
    private static final Set<String> OUTCOMES = Set.of("confirmed", "unconfirmed");
    private static final String SERVICE_NUMBER = "+15005550006";
    private static final int MAX_TEXT = 1600;

    private final Map<String, Map<String, String>> forms = new ConcurrentHashMap<>();
    private final Map<String, String> logins = new ConcurrentHashMap<>();
    private final String accountSid;
    private final String authToken;

    private FakeTwilio(String accountSid, String authToken) {
        super("FakeTwilio");
        this.accountSid = accountSid;
        this.authToken = authToken;
        addApiKey(accountSid, authToken);
    }

    /**
     * Starts a stand-in with the account {@link #ACCOUNT_SID} and {@link #AUTH_TOKEN}.
     *
     * @return a new one; close it after the test
     */
    public static FakeTwilio start() {
        return start(ACCOUNT_SID, AUTH_TOKEN);
    }

    /**
     * Starts a stand-in with another account, such as the one in an application's configuration for tests.
     *
     * @param accountSid the account that it accepts, as user name and in the path
     * @param authToken the password, which also signs status callbacks
     * @return a new one; close it after the test
     */
    public static FakeTwilio start(String accountSid, String authToken) {
        return new FakeTwilio(accountSid, authToken);
    }

    /**
     * Accepts an API key of the account, too.
     *
     * @param key the user name, {@code SK} and 32 hexadecimal digits at Twilio
     * @param secret the password
     */
    public void addApiKey(String key, String secret) {
        logins.put(key, secret);
    }

    /**
     * Refuses every message with an error of Twilio's.
     *
     * @param code such as 21610 for a recipient who replied STOP, with the HTTP status 400; 20003 has 401, 20404 has
     *     404, 20429 has 429, 20500 and 20503 have 500 and 503
     */
    public void refuseWith(int code) {
        respondWith(request -> error(code, request.form().getOrDefault("To", "")));
    }

    /**
     * Reports the status of a message to the application, as Twilio does afterwards: a POST with a signature. If the
     * channel gave Twilio a URL for reports with the id of a challenge, both URLs are extended by that parameter.
     *
     * @param message one that was taken
     * @param status such as {@code delivered}, {@code undelivered} or {@code failed}
     * @param errorCode the reason, such as 30003; 0 if there is none
     * @param publicUrl the URL for reports that the application gave to Twilio; part of the signed text
     * @param endpoint the address to which the report is posted: the application under test, behind its proxy
     * @return the HTTP status of the application's response
     * @throws IllegalArgumentException if the message was not taken here, or the status is none of Twilio's
     * @throws UncheckedIOException if nothing listens at the endpoint
     */
    public int report(Message message, String status, int errorCode, URI publicUrl, URI endpoint) {
        Map<String, String> sent = forms.get(message.id());
        if (sent == null) {
            throw new IllegalArgumentException("message must have been taken by this stand-in, but was " + message);
        }
        if (!STATUSES.contains(status)) {
            throw new IllegalArgumentException("status must be one of Twilio's, such as delivered, but was " + status);
        }
        Map<String, String> form = new TreeMap<>(Map.of(
                "AccountSid",
                accountSid,
                "ApiVersion",
                "2010-04-01",
                "MessageSid",
                message.id(),
                "MessageStatus",
                status,
                "SmsSid",
                message.id(),
                "SmsStatus",
                status,
                "To",
                sent.getOrDefault("To", "")));
        form.put("From", sent.getOrDefault("From", SERVICE_NUMBER));
        if (errorCode != 0) {
            form.put("ErrorCode", String.valueOf(errorCode));
        }
        String given = sent.getOrDefault("StatusCallback", "");
        try {
            return post(
                    withChallenge(endpoint, given), signature(withChallenge(publicUrl, given), form, authToken), form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the URL with the parameter that the channel put behind the query of the application's URL. */
    private static URI withChallenge(URI url, String given) {
        var challenge = CHALLENGE.matcher(given);
        return challenge.find() ? URI.create(url + (url.getRawQuery() == null ? "?" : "&") + challenge.group(1)) : url;
    }

    private static int post(URI endpoint, String signature, Map<String, String> form) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
        connection.setRequestProperty("X-Twilio-Signature", signature);
        String body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        try {
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Returns HMAC-SHA-1 over the URL and the names and values of the form, sorted by name. */
    static String signature(URI publicUrl, Map<String, String> form, String token) {
        StringBuilder signed = new StringBuilder(publicUrl.toString());
        new TreeMap<>(form).forEach((name, value) -> signed.append(name).append(value));
        return signature(signed.toString(), token);
    }

    static String signature(String text, String token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    protected Response respond(Request request) {
        var path = PATH.matcher(request.uri().getPath());
        var feedbackPath = FEEDBACK_PATH.matcher(request.uri().getPath());
        boolean feedback = feedbackPath.matches();
        if (!(path.matches() || feedback) || !request.method().equals("POST")) {
            return error(20404, "");
        }
        if (!isSignedIn(request)) {
            return error(20003, "");
        }
        if (!(feedback ? feedbackPath : path).group(1).equals(accountSid)) {
            return error(20404, "");
        }
        Map<String, String> form = request.form();
        if (feedback) {
            return feedback(feedbackPath.group(2), form.getOrDefault("Outcome", "unconfirmed"));
        }
        int code = refusal(form);
        if (code != 0) {
            return error(code, form.getOrDefault("To", ""));
        }
        String sid = String.format(Locale.ROOT, "SM%032x", nextNumber());
        String to = form.getOrDefault("To", "");
        String text = form.containsKey("ContentSid") ? templateText(form) : form.getOrDefault("Body", "");
        forms.put(sid, form);
        take(new Message(sid, sender(form), to.startsWith(WHATSAPP) ? to.substring(WHATSAPP.length()) : to, "", text));
        return Response.json(201, taken(sid, form, text));
    }

    private Response feedback(String sid, String outcome) {
        Map<String, String> sent = forms.getOrDefault(sid, Map.of());
        if (!"true".equals(sent.get("ProvideFeedback"))) {
            return error(20404, "");
        }
        if (!OUTCOMES.contains(outcome)) {
            return error(20001, "");
        }
        Map<String, @Nullable Object> feedback = new LinkedHashMap<>();
        feedback.put("account_sid", accountSid);
        feedback.put("message_sid", sid);
        feedback.put("outcome", outcome);
        return Response.json(200, feedback);
    }

    private boolean isSignedIn(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        return logins.entrySet().stream()
                .map(login -> login.getKey() + ":" + login.getValue())
                .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .anyMatch(authorization::equals);
    }

    private static int refusal(Map<String, String> form) {
        String to = form.getOrDefault("To", "");
        String sender = sender(form);
        String variables = form.getOrDefault("ContentVariables", "");
        if (to.isEmpty()) {
            return 21604;
        }
        if (sender.isEmpty()) {
            return 21603;
        }
        if (form.containsKey("From") && to.startsWith(WHATSAPP) != sender.startsWith(WHATSAPP)) {
            return 21910;
        }
        if (!NUMBER.matcher(to.startsWith(WHATSAPP) ? to.substring(WHATSAPP.length()) : to)
                .matches()) {
            return 21211;
        }
        if (!form.containsKey("ContentSid")) {
            if (!variables.isEmpty()) {
                return 21654;
            }
            String body = form.getOrDefault("Body", "");
            return body.isEmpty() ? 21619 : body.length() > MAX_TEXT ? 21617 : 0;
        }
        if (!CONTENT_SID.matcher(form.get("ContentSid")).matches()) {
            return 21655;
        }
        return variables.isEmpty()
                        || Json.read(variables).filter(Map.class::isInstance).isPresent()
                ? 0
                : 21656;
    }

    private static String sender(Map<String, String> form) {
        return form.getOrDefault("From", form.getOrDefault("MessagingServiceSid", ""));
    }

    private static String templateText(Map<String, String> form) {
        return Json.object(
                        Json.read(form.getOrDefault("ContentVariables", "{}")).orElse(""))
                .values()
                .stream()
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private Map<String, @Nullable Object> taken(String sid, Map<String, String> form, String text) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("sid", sid);
        message.put("account_sid", accountSid);
        message.put("api_version", "2010-04-01");
        message.put("body", text);
        message.put("date_created", "Thu, 24 Aug 2023 05:01:45 +0000");
        message.put("direction", "outbound-api");
        message.put("error_code", null);
        message.put("error_message", null);
        message.put("from", form.get("From"));
        message.put("num_segments", "1");
        message.put("status", form.containsKey("MessagingServiceSid") ? "accepted" : "queued");
        message.put("to", form.getOrDefault("To", ""));
        return message;
    }

    private static Response error(int code, String to) {
        int status = switch (code) {
            case 20003 -> 401;
            case 20404 -> 404;
            case 20429 -> 429;
            case 20500 -> 500;
            case 20503 -> 503;
            default -> 400;
        };
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", words(code, to));
        error.put("more_info", "https://www.twilio.com/docs/errors/" + code);
        error.put("status", status);
        return Response.json(status, error);
    }

    private static String words(int code, String to) {
        return switch (code) {
            case 20003 -> "Authenticate";
            case 20404 -> "The requested resource was not found";
            case 20429 -> "Too Many Requests";
            case 21211 -> "The 'To' number " + to + " is not a valid phone number.";
            case 21408 ->
                "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: " + to;
            case 21603 -> "A 'From' phone number is required.";
            case 21604 -> "A 'To' phone number is required.";
            case 21610 -> "Attempt to send to unsubscribed recipient";
            case 21614 -> "'To' number: " + to + ", is not a mobile number";
            case 21617 -> "The concatenated message body exceeds the 1600 character limit.";
            case 21619 -> "A text message body or media urls must be specified.";
            default -> "Error " + code;
        };
    }
}
