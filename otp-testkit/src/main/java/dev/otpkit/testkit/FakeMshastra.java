package dev.otpkit.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A stand-in for mShastra: its JSON API for messages, {@code POST /sendsms_api_json.aspx}, and its balance, {@code GET
 * /balance.aspx}. The provider publishes no documentation; the stand-in follows the experience of public callers.
 *
 * <pre>{@code
 * FakeMshastra mshastra = FakeMshastra.start();
 * DeliveryChannel channel = MshastraChannel.builder()
 *         .username(FakeMshastra.USERNAME)
 *         .password(FakeMshastra.PASSWORD)
 *         .sender("Acme")
 *         .baseUrl(mshastra.url())
 *         .build();
 * }</pre>
 *
 * <p>As the provider does, it responds to both with the status 200, refused or not: {@code Send Successful} and a
 * message id with blanks around them, or the text of an error and no id. It refuses wrong credentials ({@code Invalid
 * Password}), a number that is not all digits ({@code Invalid Mobile No}), a sender of more than 13 characters
 * ({@code Sender Id more than 13 Chars}) and an empty text ({@code Enter Text Message}). It responds to any body but a
 * JSON array of one object with a page, and to every other path with 404.
 */
public final class FakeMshastra extends FakeProvider {
    /** The user name of {@link #start()}. */
    public static final String USERNAME = "fake-user";

    /** The password of {@link #start()}. */
    public static final String PASSWORD = "fake-password";

    private static final Pattern NUMBER = Pattern.compile("\\d{7,15}");
    private static final int MAX_SENDER = 13;

    private volatile String balance = "1000";

    private final String username;
    private final String password;

    private FakeMshastra(String username, String password) {
        super("FakeMshastra");
        this.username = Objects.requireNonNull(username, "username must not be null");
        this.password = Objects.requireNonNull(password, "password must not be null");
    }

    /**
     * Starts a stand-in with the account {@link #USERNAME} and {@link #PASSWORD}.
     *
     * @return a new one, with a balance of 1000; close it after the test
     */
    public static FakeMshastra start() {
        return start(USERNAME, PASSWORD);
    }

    /**
     * Starts a stand-in with another account, such as the one in an application's configuration for tests.
     *
     * @param username the user name that it accepts
     * @param password the password that it accepts
     * @return a new one, with a balance of 1000; close it after the test
     */
    public static FakeMshastra start(String username, String password) {
        return new FakeMshastra(username, password);
    }

    /**
     * Refuses every message and every balance query with a text of the provider's and the status 200.
     *
     * @param text such as {@code No More Credits}, {@code Invalid Password}, {@code Invalid Mobile No}, {@code Profile
     *     Id Blocked}, {@code Country not activated}, {@code Whitelist IP address to use API}, or with the number that
     *     some accounts get in front: {@code 006 - DND Number}, {@code 013 - Server Error}
     */
    public void refuseWith(String text) {
        Objects.requireNonNull(text, "text must not be null");
        respondWith(request -> request.method().equals("GET") ? Response.plain(text) : element("", "", text));
    }

    /**
     * Sets the balance.
     *
     * @param text as the provider writes it: {@code 1000}, or {@code Tanzania (+255) = 3452,}
     */
    public void balance(String text) {
        balance = Objects.requireNonNull(text, "text must not be null");
    }

    @Override
    protected Response respond(Request request) {
        String call = request.method() + " " + request.uri().getPath();
        return switch (call) {
            case "POST /sendsms_api_json.aspx" -> send(request.body());
            case "GET /balance.aspx" -> balance(request.query());
            default -> Response.html(404, "The resource cannot be found.");
        };
    }

    private Response balance(Map<String, String> query) {
        boolean known = username.equals(query.get("user")) && password.equals(query.get("pwd"));
        return Response.plain(known ? balance : "Invalid Password");
    }

    private Response send(String body) {
        if (!(Json.read(body).orElse("") instanceof List<?> batch)
                || batch.size() != 1
                || !(batch.get(0) instanceof Map<?, ?> members)) {
            return Response.html(200, "Runtime Error");
        }
        Map<String, String> sms = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        members.forEach((name, value) -> sms.put(String.valueOf(name), value instanceof String text ? text : ""));
        String number = sms.getOrDefault("number", "");
        String sender = sms.getOrDefault("sender", "");
        String text = sms.getOrDefault("msg", "");
        if (!username.equals(sms.get("user")) || !password.equals(sms.get("pwd"))) {
            return element("", number, "Invalid Password");
        }
        if (!NUMBER.matcher(number).matches()) {
            return element("", number, "Invalid Mobile No");
        }
        if (sender.length() > MAX_SENDER) {
            return element("", number, "Sender Id more than 13 Chars");
        }
        if (text.isBlank()) {
            return element("", number, "Enter Text Message");
        }
        String id = "4711-" + nextNumber();
        take(new Message(id, sender, "+" + number, "", text));
        return element(" " + id + "  ", " " + number + " ", "  Send Successful ");
    }

    private static Response element(String id, String number, String text) {
        Map<String, Object> element = new LinkedHashMap<>();
        element.put("msg_id", id);
        element.put("number", number);
        element.put("str_response", text);
        return Response.json(200, List.of(element));
    }
}
