package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.otpkit.message.MessageCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The file by which a native image takes along the resources that core reads. */
class NativeImageTest {
    private static final String FILE = "/META-INF/native-image/dev.otpkit/otp-core/resource-config.json";

    private final List<Pattern> patterns = patterns();

    private static List<Pattern> patterns() {
        try (InputStream in = NativeImageTest.class.getResourceAsStream(FILE)) {
            String json = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("\"pattern\": \"([^\"]+)\"")
                    .matcher(json)
                    .results()
                    .map(found -> Pattern.compile(found.group(1).replace("\\\\", "\\")))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isIncluded(String resource) {
        return patterns.stream().anyMatch(each -> each.matcher(resource).matches());
    }

    @Test
    void hasEachTextOfMessages() throws Exception {
        Path folder = Path.of(MessageCatalog.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/otpkit/message");
        try (Stream<Path> files = Files.list(folder)) {
            List<String> texts = files.map(each -> "dev/otpkit/message/" + each.getFileName())
                    .filter(each -> each.endsWith(".properties"))
                    .toList();
            assertThat(texts).hasSize(12).allMatch(this::isIncluded);
        }
    }

    @Test
    void hasTheDataOfEachCountry() throws Exception {
        Path jar = Path.of(PhoneNumberUtil.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile entries = new JarFile(jar.toFile())) {
            List<String> countries = entries.stream()
                    .map(ZipEntry::getName)
                    .filter(each -> each.contains("/PhoneNumberMetadataProto_"))
                    .toList();
            assertThat(countries).hasSizeGreaterThan(240).allMatch(this::isIncluded);
        }
    }

    @Test
    void hasNothingElse() {
        assertThat(isIncluded("dev/otpkit/OtpManager.class")).isFalse();
        assertThat(isIncluded("com/google/i18n/phonenumbers/PhoneNumberUtil.class"))
                .isFalse();
    }
}
