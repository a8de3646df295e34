package dev.otpkit.channel.twilio;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parameters of a callback. Twilio sends each of them once; a stranger may have sent anything. */
final class CallbackForm {
    private static final int MAX_CHARACTERS = 64 * 1024;
    private static final int MAX_PARAMETERS = 200;

    private CallbackForm() {}

    /**
     * Returns the parameters of an {@code application/x-www-form-urlencoded} text.
     *
     * @throws MalformedException if it is too large, repeats a name, or has a per cent sign without two digits
     */
    static Map<String, String> parse(String form) throws MalformedException {
        if (form.length() > MAX_CHARACTERS) {
            throw new MalformedException("more than " + MAX_CHARACTERS + " characters");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String pair : form.split("&", MAX_PARAMETERS + 2)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                put(parameters, decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    /**
     * Returns the parameters of the body, out of those of a servlet, which puts the parameters of the query first.
     *
     * @throws MalformedException if they are too many or too large, or the body has a name twice
     */
    static Map<String, String> of(Map<String, String[]> parameters, Map<String, String> query)
            throws MalformedException {
        Map<String, String> body = new HashMap<>();
        long characters = 0;
        for (Map.Entry<String, String[]> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (name == null
                    || parameter.getValue() == null
                    || Arrays.stream(parameter.getValue()).anyMatch(Objects::isNull)) {
                throw new MalformedException("a parameter without a name or a value");
            }
            List<String> values = List.of(parameter.getValue());
            characters +=
                    name.length() + values.stream().mapToLong(String::length).sum();
            if (characters > MAX_CHARACTERS) {
                throw new MalformedException("more than " + MAX_CHARACTERS + " characters");
            }
            boolean inQuery = !values.isEmpty() && values.get(0).equals(query.get(name));
            for (String value : inQuery ? values.subList(1, values.size()) : values) {
                put(body, name, value);
            }
        }
        return body;
    }

    /** Returns the first value of a servlet's parameter; null if there is none. */
    static @Nullable String first(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        return values == null || values.length == 0 ? null : values[0];
    }

    private static void put(Map<String, String> parameters, String name, String value) throws MalformedException {
        if (parameters.put(name, value) != null) {
            throw new MalformedException("a repeated parameter");
        }
        if (parameters.size() > MAX_PARAMETERS) {
            throw new MalformedException("more than " + MAX_PARAMETERS + " parameters");
        }
    }

    private static String decoded(String text) throws MalformedException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a malformed per cent sign");
        }
    }

    /** Thrown if a form cannot have come from Twilio. The reason repeats nothing of the form. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String reason) {
            super(reason);
        }

        String reason() {
            return Objects.requireNonNull(getMessage());
        }
    }
}
