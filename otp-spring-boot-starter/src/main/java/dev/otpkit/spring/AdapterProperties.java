package dev.otpkit.spring;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The way of properties to the builder of an adapter. An exception names the property; a blank value counts as none.
 */
final class AdapterProperties {
    private AdapterProperties() {}

    /** Returns whether a property below a prefix, other than {@code enabled}, has a value that is not blank. */
    static boolean areSet(Environment environment, String prefix) {
        return Binder.get(environment)
                .bind(prefix, Bindable.mapOf(String.class, String.class))
                .map(values -> values.entrySet().stream()
                        .anyMatch(entry -> !entry.getKey().equals("enabled") && isSet(entry.getValue())))
                .orElse(false);
    }

    static boolean isSet(@Nullable Object value) {
        return value != null && !value.toString().isBlank();
    }

    /** Returns the text, or null for a blank one. */
    static @Nullable String text(@Nullable String value) {
        return isSet(value) ? value : null;
    }

    /** Calls a setter with a value, if there is one. */
    static <T> void apply(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null || !isSet(value)) {
            return;
        }
        made(property, () -> {
            setter.accept(value);
            return value;
        });
    }

    /** Returns what is made of the value of a property. */
    static <T> T made(String property, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw invalid(property, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns a value that must be set.
     *
     * @param reason the rest of the sentence that begins with the property
     */
    static String required(String property, @Nullable String value, String reason) {
        String text = text(value);
        if (text == null) {
            throw missing(property, reason);
        }
        return text;
    }

    static OtpSettingException missing(String property, String reason) {
        return new OtpSettingException(property + " must be set" + reason, "Set " + property + ".");
    }

    /**
     * Returns what a builder builds.
     *
     * @param prefix the properties from which it was filled
     */
    static <T> T built(String prefix, Supplier<T> builder) {
        try {
            return builder.get();
        } catch (IllegalStateException e) {
            throw new OtpSettingException(prefix + ".*: " + e.getMessage(), "Change the properties " + prefix + ".*.");
        }
    }

    /** @param message the text of a builder, which begins with the name of its own property, usually the same */
    static OtpSettingException invalid(String property, String message) {
        String last = property.substring(property.lastIndexOf('.') + 1);
        String own = camelCase(last) + " ";
        return new OtpSettingException(
                message.startsWith(own) ? property + " " + message.substring(own.length()) : property + ": " + message,
                "Change the value of " + property + ".");
    }

    private static String camelCase(String name) {
        StringBuilder result = new StringBuilder();
        for (String word : name.split("-", -1)) {
            result.append(result.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return result.toString();
    }
}
