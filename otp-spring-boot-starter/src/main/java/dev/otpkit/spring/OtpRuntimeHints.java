package dev.otpkit.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * The resources and classes that the manager and the store in memory find by name, for a native image: the texts of
 * messages, the data of libphonenumber, and two classes that Caffeine makes by reflection. The hints are tested; no
 * image was built with them.
 *
 * <p>The application's own texts, which {@code otpkit.messages.basename} names, need a hint of the application.
 */
final class OtpRuntimeHints implements RuntimeHintsRegistrar {
    /** The cache of strong keys and values with a lifetime for each entry, and its entry. */
    private static final List<String> CAFFEINE =
            List.of("com.github.benmanes.caffeine.cache.SSA", "com.github.benmanes.caffeine.cache.PSW");

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources()
                .registerPattern("dev/otpkit/message/messages*.properties")
                .registerPattern("com/google/i18n/phonenumbers/data/*");
        for (String name : CAFFEINE) {
            hints.reflection()
                    .registerType(
                            TypeReference.of(name),
                            MemberCategory.ACCESS_DECLARED_FIELDS,
                            MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
        }
    }
}
