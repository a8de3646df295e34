package dev.otpkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.internal.input.DevelopmentMode;
import dev.otpkit.internal.input.Redaction;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts JVMs that send and verify one code, and reads the names of the classes that they load. */
@Timeout(60)
class ColdStartTest {
    private static final Pattern LOADED = Pattern.compile("^(\\S+) source:", Pattern.MULTILINE);

    private static final String PHONE_NUMBERS = "com.google.i18n.";

    @TempDir
    private Path folder;

    /** Sends and verifies one code, by a channel that gives the message the id in the first argument, or none. */
    static final class FirstPair {
        public static void main(String[] args) {
            Outbox outbox = new Outbox(args.length == 0 ? DeliveryReceipt.accepted() : DeliveryReceipt.of(args[0]));
            OtpManager otp = OtpManager.builder()
                    .secret(OtpSecret.random())
                    .store(new ManagerFixture.MapStore())
                    .channel(outbox)
                    .build();
            otp.send(ManagerFixture.EMAIL);
            System.out.print(otp.verify(ManagerFixture.EMAIL, outbox.code).isVerified());
        }
    }

    private static final class Outbox implements DeliveryChannel {
        private final DeliveryReceipt receipt;
        private String code = "";

        Outbox(DeliveryReceipt receipt) {
            this.receipt = receipt;
        }

        @Override
        public String name() {
            return "outbox";
        }

        @Override
        public String medium() {
            return "email";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            code = message.code();
            return receipt;
        }
    }

    @Test
    void aMailThatIsDeliveredLoadsNoClassForFailuresListenersOrPhoneNumbers() throws Exception {
        Set<String> loaded = loadedByFirstPair();
        assertThat(loaded).contains(OtpManager.class.getName(), SendResult.Sent.class.getName());
        assertThat(loaded)
                .filteredOn(name -> name.equals(Redaction.class.getName())
                        || name.equals(DevelopmentMode.class.getName())
                        || name.startsWith(OtpEvent.class.getName() + "$")
                        || name.startsWith(PHONE_NUMBERS))
                .isEmpty();
    }

    @Test
    void aCodeWithoutAChallengeIdLoadsNoMacNoCipherNoBigNumberAndNoGeneratedMethodOfARecord() throws Exception {
        assertThat(loadedByFirstPair())
                .contains(OtpManager.class.getName())
                .doesNotContain("javax.crypto.Mac", "javax.crypto.Cipher", "java.lang.runtime.ObjectMethods")
                .doesNotContain("java.math.BigDecimal");
    }

    @Test
    void theIdOfAMailIsRedactedWithoutTheTablesOfPhoneNumbers() throws Exception {
        Set<String> loaded = loadedByFirstPair("id-1");
        assertThat(loaded).contains(Redaction.class.getName());
        assertThat(loaded).filteredOn(name -> name.startsWith(PHONE_NUMBERS)).isEmpty();
    }

    @Test
    void noClassLinksTheJoiningOfStringsAtRunTime() throws Exception {
        URI classes = OtpManager.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        try (Stream<Path> files = Files.walk(Path.of(classes))) {
            assertThat(files.filter(file -> file.toString().endsWith(".class")))
                    .hasSizeGreaterThan(50)
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain("makeConcatWithConstants"));
        }
    }

    private Set<String> loadedByFirstPair(String... arguments) throws Exception {
        Path log = folder.resolve("classes.txt");
        ProcessBuilder jvm = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log + ":none",
                "-cp",
                classPathWithoutLogback(),
                FirstPair.class.getName());
        jvm.command().addAll(Arrays.asList(arguments));
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process = jvm.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            assertThat(ended).as("end of the JVM; %s", Files.readString(errors)).isTrue();
            assertThat(output).as("output; %s", Files.readString(errors)).hasContent("true");
        } finally {
            process.destroyForcibly();
        }
        return LOADED.matcher(Files.readString(log))
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.toSet());
    }

    /** Without logback no line is written: one needs classes too. */
    private static String classPathWithoutLogback() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().startsWith("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
