package dev.otpkit.examples.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One visitor by HTTP, without a browser: keeps cookies, and sends the forms of the page that it saw last. */
final class Visitor {
    private static final Pattern FORM = Pattern.compile("<form([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("<(?:input|button)[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)=\"([^\"]*)\"");
    private static final Pattern REASON = Pattern.compile("data-reason=\"(\\w+)\"");

    private final HttpClient client;
    private final Map<String, String> cookies = new ConcurrentHashMap<>();
    private URI address;
    private String path = "/";
    private String page = "";

    Visitor(HttpClient client, URI address) {
        this.client = client;
        this.address = address;
    }

    /** An answer: its status, the place that it redirects to or else "", and its page. */
    record Answer(int status, String location, String page) {
        /** Returns the reason of the error that the page shows, or "". */
        String reason() {
            Matcher matcher = REASON.matcher(page);
            return matcher.find() ? matcher.group(1) : "";
        }

        boolean leadsTo(String path) {
            return status == 302 && location.equals(path);
        }
    }

    /** Goes on with another instance of the application, with the same cookies. */
    Visitor on(URI instance) {
        address = instance;
        return this;
    }

    Answer get(String place) {
        Answer answer = send(HttpRequest.newBuilder(address.resolve(place)).GET());
        if (answer.status() == 200) {
            path = place;
        }
        return answer;
    }

    /** Goes where a redirect leads, if the answer is one. */
    Answer follow(Answer answer) {
        return answer.location().isEmpty() ? answer : get(answer.location());
    }

    /** Sends the form with these fields, given as name or id, value, name or id, value. */
    Answer submit(String... fields) {
        return send(form(fields));
    }

    /** Sends a form twice at once. */
    List<Answer> submitTwice(String... fields) {
        HttpRequest request = withCookies(form(fields));
        return Stream.of(request, request)
                .map(each -> client.sendAsync(each, BodyHandlers.ofString()))
                .toList()
                .stream()
                .map(response -> answer(response.join()))
                .toList();
    }

    private HttpRequest.Builder form(String... fields) {
        Matcher forms = FORM.matcher(page);
        while (forms.find()) {
            List<Map<String, String>> controls = CONTROL.matcher(forms.group(2))
                    .results()
                    .map(control -> attributes(control.group()))
                    .toList();
            Map<String, String> values = new LinkedHashMap<>();
            controls.stream()
                    .filter(control -> "hidden".equals(control.get("type")))
                    .forEach(control -> values.put(control.get("name"), control.getOrDefault("value", "")));
            boolean complete = true;
            for (int i = 0; i < fields.length; i += 2) {
                String field = fields[i];
                String value = fields[i + 1];
                Optional<String> name = controls.stream()
                        .filter(control -> field.equals(control.get("name")) || field.equals(control.get("id")))
                        .map(control -> control.get("name"))
                        .findFirst();
                name.ifPresent(known -> values.put(known, value));
                complete = complete && name.isPresent();
            }
            if (complete) {
                String action = attributes(forms.group(1)).getOrDefault("action", path);
                return HttpRequest.newBuilder(address.resolve(action))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(values.entrySet().stream()
                                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                                .collect(Collectors.joining("&"))));
            }
        }
        throw new AssertionError("no form with " + fields[0] + " at " + path);
    }

    private static Map<String, String> attributes(String tag) {
        return ATTRIBUTE
                .matcher(tag)
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
    }

    private HttpRequest withCookies(HttpRequest.Builder request) {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request.header("Accept", "text/html, */*;q=0.5")
                .header("Accept-Language", "en")
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            return answer(client.send(withCookies(request), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Answer answer(HttpResponse<String> response) {
        for (String cookie : response.headers().allValues("Set-Cookie")) {
            String[] pair = cookie.split(";", 2)[0].split("=", 2);
            if (pair[1].isEmpty() || cookie.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        if (response.body().contains("<form")) {
            page = response.body();
        }
        String location = response.headers()
                .firstValue("Location")
                .map(URI::create)
                .map(target -> target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery()))
                .orElse("");
        return new Answer(response.statusCode(), location, response.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
