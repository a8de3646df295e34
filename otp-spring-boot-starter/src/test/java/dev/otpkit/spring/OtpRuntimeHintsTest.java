package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.javapoet.ClassName;

/** The hints for a native image, all registered as Spring registers them. */
class OtpRuntimeHintsTest {
    private final RuntimeHints hints = new RuntimeHints();

    @BeforeEach
    void register() {
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
                .load(RuntimeHintsRegistrar.class)
                .stream()
                .filter(OtpRuntimeHints.class::isInstance)
                .forEach(each -> each.registerHints(hints, getClass().getClassLoader()));
    }

    @Test
    void haveEachTextOfMessages() {
        List<String> texts = resources(MessageCatalog.class, "dev/otpkit/message/", ".properties");
        assertThat(texts).hasSize(12).allMatch(this::isHinted);
    }

    @Test
    void haveTheDataOfEachCountry() {
        List<String> countries =
                resources(PhoneNumberUtil.class, "com/google/i18n/phonenumbers/data/PhoneNumberMetadataProto_", "");
        assertThat(countries).hasSizeGreaterThan(240).allMatch(this::isHinted);
    }

    private boolean isHinted(String resource) {
        return RuntimeHintsPredicates.resource().forResource(resource).test(hints);
    }

    private static List<String> resources(Class<?> neighbour, String prefix, String suffix) {
        try {
            Path origin = Path.of(neighbour
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(origin)) {
                try (Stream<Path> files = Files.walk(origin)) {
                    return files.map(each -> origin.relativize(each).toString().replace(File.separatorChar, '/'))
                            .filter(each -> each.startsWith(prefix) && each.endsWith(suffix))
                            .toList();
                }
            }
            try (JarFile jar = new JarFile(origin.toFile())) {
                return jar.stream()
                        .map(each -> each.getName())
                        .filter(each -> each.startsWith(prefix) && each.endsWith(suffix))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "counters"})
    void haveTheClassesThatCaffeineMakesForTheStore(String name) throws ReflectiveOperationException {
        Field field = CaffeineOtpStore.class.getDeclaredField(name);
        field.setAccessible(true);
        Object cache = ((Cache<?, ?>) field.get(CaffeineOtpStore.create())).asMap();
        Field nodes = Class.forName("com.github.benmanes.caffeine.cache.BoundedLocalCache")
                .getDeclaredField("nodeFactory");
        nodes.setAccessible(true);
        assertThat(List.of(cache, nodes.get(cache)))
                .allMatch(made -> RuntimeHintsPredicates.reflection()
                        .onType(made.getClass())
                        .withMemberCategories(
                                MemberCategory.ACCESS_DECLARED_FIELDS, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
                        .test(hints));
    }

    @Test
    void haveTheRecordsOfTheProperties() {
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("com.acme", "Application")), new InMemoryGeneratedFiles());
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(OtpAutoConfiguration.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        for (Class<?> type : OtpProperties.class.getDeclaredClasses()) {
            if (type.isRecord()) {
                assertThat(RuntimeHintsPredicates.reflection().onType(type).test(generation.getRuntimeHints()))
                        .as(type.getSimpleName())
                        .isTrue();
            }
        }
    }
}
