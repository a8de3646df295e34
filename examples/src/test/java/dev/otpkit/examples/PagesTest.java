package dev.otpkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpPolicy;
import dev.otpkit.RateLimit;
import dev.otpkit.Resend;
import dev.otpkit.internal.input.DevelopmentMode;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.ChallengeTag;
import dev.otpkit.internal.rules.Nonce;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.StateCodec;
import dev.otpkit.spi.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the pages: their Java is compiled, and their names exist. */
class PagesTest {
    private static final Path ROOT = Path.of("..");
    private static final List<Path> JAVA = java();
    private static final String EXAMPLES = "examples/src/main/java/dev/otpkit/examples/";
    private static final String EXAMPLE_TESTS = "examples/src/test/java/dev/otpkit/examples/";
    private static final String ADAPTERS = "examples-adapters/src/main/java/dev/otpkit/examples/";
    private static final String ADAPTER_TESTS = "examples-adapters/src/test/java/dev/otpkit/examples/";
    private static final String STARTER_TESTS = "otp-spring-boot-starter/src/test/java/dev/otpkit/spring/";
    private static final String REDIS_TESTS = "otp-store-redis/src/test/java/dev/otpkit/store/redis/";

    /** The sources of the Java on each page, block by block. A page that is not listed shows none. */
    private static final Map<String, List<String>> SOURCES = Map.ofEntries(
            Map.entry("README.md", List.of(EXAMPLES + "readme/ReadmeExample.java")),
            Map.entry(
                    "docs/abuse.md",
                    List.of(
                            EXAMPLES + "guard/CodeForm.java",
                            EXAMPLES + "guard/CaptchaGuard.java",
                            EXAMPLES + "guard/CodeForm.java",
                            EXAMPLES + "abuse/Budgets.java",
                            EXAMPLES + "abuse/Budgets.java",
                            EXAMPLES + "abuse/TrafficAlarms.java")),
            Map.entry(
                    "docs/events.md",
                    List.of(EXAMPLES + "events/EventCounts.java", EXAMPLES + "events/InBackground.java")),
            Map.entry(
                    "docs/messages.md",
                    List.of(
                            EXAMPLES + "messages/Messages.java",
                            EXAMPLES + "messages/Messages.java",
                            EXAMPLES + "messages/AutofillTexts.java",
                            EXAMPLES + "messages/Messages.java")),
            Map.entry("docs/gmail.md", Collections.nCopies(3, EXAMPLES + "mail/MailExamples.java")),
            Map.entry("docs/microsoft365.md", Collections.nCopies(2, EXAMPLES + "mail/MailExamples.java")),
            Map.entry("docs/mshastra.md", Collections.nCopies(3, EXAMPLES + "mshastra/MshastraExample.java")),
            Map.entry(
                    "docs/security-model.md",
                    List.of(
                            EXAMPLE_TESTS + "login/AllowedRecipientsTest.java",
                            EXAMPLES + "login/LoginPage.java",
                            EXAMPLES + "login/LoginPage.java")),
            Map.entry("docs/unknown-users.md", Collections.nCopies(3, EXAMPLES + "login/DecoyLoginPage.java")),
            Map.entry(
                    "docs/spring-boot.md",
                    List.of(
                            "examples-spring/src/main/java/dev/otpkit/examples/spring/SignUpApplication.java",
                            "examples-spring/src/main/java/dev/otpkit/examples/spring/SignUpController.java",
                            STARTER_TESTS + "OtpManagerBuilderCustomizerTest.java")),
            Map.entry("docs/spring-endpoints.md", Collections.nCopies(4, STARTER_TESTS + "web/EndpointsExample.java")),
            Map.entry(
                    "docs/spring-security.md",
                    List.of(
                            STARTER_TESTS + "security/LoginConfiguration.java",
                            STARTER_TESTS + "security/StaffAddresses.java",
                            STARTER_TESTS + "security/SecondFactorConfiguration.java")),
            Map.entry("docs/smtp.md", List.of(EXAMPLES + "mail/MailExamples.java")),
            Map.entry(
                    "docs/production.md",
                    Stream.of(
                                    Collections.nCopies(5, EXAMPLES + "redis/RedisExample.java"),
                                    Collections.nCopies(2, REDIS_TESTS + "GivenClient.java"),
                                    List.of(
                                            EXAMPLES + "redis/RedisExample.java",
                                            EXAMPLES + "helpdesk/CodePage.java",
                                            EXAMPLES + "helpdesk/HelpDesk.java"))
                            .flatMap(List::stream)
                            .toList()),
            Map.entry("docs/transactions.md", Collections.nCopies(3, EXAMPLES + "payment/PaymentPage.java")),
            Map.entry(
                    "docs/delivery-reports.md",
                    List.of(
                            EXAMPLES + "twilio/ReportingApplication.java",
                            EXAMPLES + "twilio/TwilioReports.java",
                            EXAMPLES + "twilio/ReportingApplication.java",
                            EXAMPLES + "twilio/ReportingApplication.java")),
            Map.entry("docs/twilio-sms.md", List.of(EXAMPLES + "twilio/TwilioExample.java")),
            Map.entry("docs/twilio-whatsapp.md", Collections.nCopies(2, EXAMPLES + "twilio/TwilioExample.java")),
            Map.entry(
                    "docs/testing.md",
                    List.of(
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/LongCodesTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/SignInTest.java",
                            EXAMPLE_TESTS + "testing/ProvidersTest.java",
                            EXAMPLE_TESTS + "testing/ProvidersTest.java",
                            EXAMPLE_TESTS + "testing/ProvidersTest.java",
                            EXAMPLE_TESTS + "testing/ProvidersTest.java",
                            EXAMPLE_TESTS + "testing/ProvidersTest.java")),
            Map.entry(
                    "docs/micronaut.md",
                    List.of(
                            "examples-micronaut/src/main/java/dev/otpkit/examples/micronaut/OtpFactory.java",
                            "examples-micronaut/src/main/java/dev/otpkit/examples/micronaut/CodeController.java",
                            "examples-micronaut/src/main/java/dev/otpkit/examples/micronaut/CodeController.java",
                            "examples-micronaut/src/main/java/dev/otpkit/examples/micronaut/CodeController.java",
                            "examples-micronaut/src/test/java/dev/otpkit/examples/micronaut/TestBeans.java",
                            "examples-micronaut/src/test/java/dev/otpkit/examples/micronaut/CodeControllerTest.java")),
            Map.entry(
                    "docs/quarkus.md",
                    List.of(
                            "examples-quarkus/src/main/java/dev/otpkit/examples/quarkus/OtpBeans.java",
                            "examples-quarkus/src/main/java/dev/otpkit/examples/quarkus/CodeResource.java",
                            "examples-quarkus/src/main/java/dev/otpkit/examples/quarkus/CodeResource.java",
                            "examples-quarkus/src/main/java/dev/otpkit/examples/quarkus/CodeResource.java",
                            "examples-quarkus/src/test/java/dev/otpkit/examples/quarkus/TestBeans.java",
                            "examples-quarkus/src/test/java/dev/otpkit/examples/quarkus/CodeResourceTest.java")),
            Map.entry("docs/fallback.md", Collections.nCopies(5, EXAMPLES + "fallback/Fallback.java")),
            Map.entry(
                    "docs/write-a-channel.md",
                    List.of(
                            ADAPTERS + "customchannel/GatewayChannel.java",
                            ADAPTER_TESTS + "customchannel/GatewayChannelTest.java",
                            ADAPTER_TESTS + "customchannel/FakeGateway.java")),
            Map.entry(
                    "docs/write-a-store.md",
                    List.of(
                            ADAPTERS + "customstore/JdbcOtpStore.java",
                            ADAPTER_TESTS + "customstore/JdbcOtpStoreTest.java",
                            ADAPTER_TESTS + "customstore/JdbcOtpPromisesTest.java",
                            ADAPTER_TESTS + "customstore/TestDatabase.java")));

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\R(.*?)^```$");
    private static final Pattern FENCE = Pattern.compile("(?m)^\\s*(```|~~~)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final InlineJava INLINE_JAVA = new InlineJava(JAVA);

    /** Inline code that looks like a name in Java and is none. */
    private static final Map<String, Set<String>> NOT_JAVA = Map.ofEntries(
            Map.entry("letters", Set.of("B", "I", "k")),
            Map.entry("Kotlin", Set.of("when")),
            Map.entry("parts of names that no type may have", Set.of("Abstract", "Helper", "Impl", "Util")),
            Map.entry(
                    "programs, goals, folders and profiles of the build",
                    Set.of(
                            "chromium",
                            "clean",
                            "examples",
                            "java",
                            "jlink",
                            "NVD_API_KEY",
                            "postfix",
                            "soak",
                            "target")),
            Map.entry(
                    "properties and settings of Maven, and output of Surefire",
                    Set.of(
                            "failIfNoTests",
                            "junit.version",
                            "maven.compiler.release",
                            "redirectTestOutputToFile",
                            "Skipped")),
            Map.entry(
                    "names and values of environments",
                    Set.of("live", "prd", "prod", "production", "spring.profiles.active", "SPRING_PROFILES_ACTIVE_0")),
            Map.entry(
                    "types, jars and loggers of libraries that no page compiles with",
                    Set.of(
                            "ClientResourcesBuilderCustomizer",
                            "dev.otpkit.channel.smtp.protocol",
                            "io.micrometer.context.ContextAccessor",
                            "javax.enterprise.inject.spi.Extension",
                            "jjwt",
                            "json",
                            "LettuceClientOptionsBuilderCustomizer",
                            "reactor.blockhound.integration.BlockHoundIntegration")),
            Map.entry(
                    "types of Spring, and settings of databases and their drivers",
                    Set.of(
                            "DataSourceUtils",
                            "innodb_flush_log_at_trx_commit",
                            "JdbcTemplate",
                            "sync_binlog",
                            "synchronous_commit",
                            "TransactionAwareDataSourceProxy",
                            "useAffectedRows",
                            "WRITE_DELAY")),
            Map.entry(
                    "settings, authorities and words of Spring Boot and Spring Security",
                    Set.of(
                            "authorities",
                            "configprops",
                            "CsrfAuthenticationStrategy",
                            "Customizer",
                            "CsrfTokenRepository",
                            "defaultSuccessUrl",
                            "DOWN",
                            "env",
                            "FACTOR_OTT",
                            "FACTOR_PASSWORD",
                            "framework",
                            "GlobalObservationConvention<OtpObservationContext>",
                            "login.customize(ott)",
                            "OtpCallException",
                            "ott.loginProcessingUrl(\"/sign-in/code\")",
                            "ott.tokenGeneratingUrl(\"/sign-in/send\")",
                            "spa()",
                            "UNKNOWN",
                            "UP")),
            Map.entry(
                    "variables and properties of the starter, fields and reasons of its endpoints",
                    Set.of(
                            "INVALID_REQUEST",
                            "OTPKIT_SECRET",
                            "OTPKIT_TWILIO_ACCOUNTSID",
                            "otpChannels",
                            "pending",
                            "TOO_MANY_REQUESTS",
                            "type",
                            "unreachable.invalid",
                            "UNSUPPORTED_MEDIA_TYPE",
                            "until")),
            Map.entry(
                    "replies of Redis and words of SQL",
                    Set.of(
                            "always",
                            "aof_last_bgrewrite_status",
                            "aof_last_write_status",
                            "connected_slaves",
                            "evicted_keys",
                            "expires",
                            "info",
                            "keys",
                            "master_link_status",
                            "maxmemory",
                            "ok",
                            "rejected_connections",
                            "up",
                            "UPDATE",
                            "used_memory")),
            Map.entry(
                    "parts of addresses, and what mail servers say of them",
                    Set.of("acme.example", "allow_min_user", "IMCEA", "mail.local")),
            Map.entry(
                    "keys and names of the files of a bundle, and codes of languages",
                    Set.of(
                            "email.html.heading",
                            "email.html.validity",
                            "email.html.warning",
                            "email.subject",
                            "email.text",
                            "he",
                            "iw",
                            "otp.properties",
                            "sms.text")),
            Map.entry("a value of a property of the JDK", Set.of("all")),
            Map.entry(
                    "what Google and Microsoft say",
                    Set.of(
                            "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                            "gmail.send",
                            "insufficientPermissions",
                            "offline_access",
                            "SMTP.Send",
                            "SMTP.SendAsApp")),
            Map.entry(
                    "what Twilio and mShastra say",
                    Set.of(
                            "AC",
                            "Feedback.json",
                            "HX",
                            "MG",
                            "sendsms_api_json.aspx",
                            "sent",
                            "SK",
                            "ValidityPeriod")));

    /** Properties of Spring Boot, which no test knows, and of the starter. */
    private static final Pattern OF_SPRING_BOOT = Pattern.compile("(logging|management|server|spring)\\.[\\w.-]+");

    private static final Pattern OF_OTP_KIT = Pattern.compile("otpkit\\.[\\w.\\[\\]-]+");

    private static final Pattern TEST_METHOD = Pattern.compile("\\b([A-Z]\\w+)#(\\w+)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

    @Test
    void theReadmeBeginsWithTwoCommands() throws IOException {
        assertThat(blocks("README.md", "sh").get(0).lines())
                .containsExactly("./mvnw -q -Pquickstart -pl examples -am compile", "./mvnw -B -ntp verify");
    }

    @Test
    void thePageListsEveryVariableThatDevelopmentModeLooksAt() throws IOException {
        String list = blocks("docs/production.md", "text").stream()
                .filter(block -> block.startsWith("OTP_ENV"))
                .findFirst()
                .orElseThrow();

        assertThat(list.strip().split("\\s+")).containsExactlyInAnyOrderElementsOf(DevelopmentMode.VARIABLES);
    }

    @Test
    void theReadmeHasTheDefaults() {
        OtpPolicy defaults = OtpPolicy.defaults();
        RateLimit few = defaults.sendLimits().get(0);
        RateLimit more = defaults.sendLimits().get(1);
        RateLimit failures = defaults.failureLimit();

        assertThat(defaults.sendLimits()).hasSize(2);
        assertThat(List.of(few.window(), more.window(), failures.window()))
                .containsExactly(Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofHours(1));
        assertThat(defaults.resend()).isEqualTo(Resend.REUSE);
        assertThat(read(ROOT.resolve("README.md")))
                .contains(
                        "| length | " + defaults.length() + " |",
                        "| expiry | " + defaults.expiry().toMinutes() + " minutes |",
                        "| attempts per challenge | " + defaults.maxAttempts() + " |",
                        ", until " + defaults.expiry().toMinutes() + " minutes after the code was made;",
                        "| resend cooldown | " + defaults.resendCooldown().toSeconds() + " seconds |",
                        "| sends per recipient | " + few.max() + " in 10 minutes and " + more.max() + " in a day |",
                        "| failures per recipient | " + failures.max() + " in an hour,",
                        "so " + 2 * defaults.expiry().toMinutes() + " minutes by default");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageShowsJavaThatIsCompiled(String page) throws IOException {
        List<String> blocks = blocks(page, "java");
        List<String> sources = SOURCES.getOrDefault(page, List.of());

        assertThat(blocks).hasSameSizeAs(sources);
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(unindented(read(ROOT.resolve(sources.get(i)))))
                    .as(sources.get(i))
                    .contains(unindented(blocks.get(i)));
        }
    }

    @Test
    void theChannelToCopyHasLessThan60Lines() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(ADAPTERS + "customchannel/GatewayChannel.java")))
                .hasSizeLessThan(60);
    }

    /** There the imports are. */
    @ParameterizedTest
    @MethodSource("pages")
    void aPageLinksToTheSourcesOfItsJava(String page) throws IOException {
        List<String> blocks = blocks(page, "java");
        List<String> sources = SOURCES.getOrDefault(page, List.of());
        String up = page.startsWith("docs/") ? "../" : "";
        String text = read(ROOT.resolve(page));
        Set<String> missing = new TreeSet<>();
        for (int i = 0; i < blocks.size(); i++) {
            String link = "](" + up + sources.get(i) + ")";
            if (!blocks.get(i).contains("import ") && !text.contains(link)) {
                missing.add(link);
            }
        }

        assertThat(missing).as("links to the sources of blocks").isEmpty();
    }

    /** Java in a block of another kind, or in an indented one, would not be checked. */
    @ParameterizedTest
    @MethodSource("pages")
    void aPageHasNoOtherBlocksThanThese(String page) {
        String text = read(ROOT.resolve(page));
        List<String> kinds =
                BLOCK.matcher(text).results().map(block -> block.group(1)).toList();

        assertThat(kinds).isSubsetOf("html", "java", "json", "powershell", "properties", "sh", "sql", "text", "xml");
        assertThat(FENCE.matcher(text).results()).hasSize(2 * kinds.size());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageNamesJavaThatExists(String page) throws IOException {
        Set<String> missing = INLINE_JAVA.missingNames(inlineCode(page), String.join("\n", blocks(page, "java")));
        missing.removeAll(notJava());
        missing.removeIf(name -> OF_SPRING_BOOT.matcher(name).matches()
                || OF_OTP_KIT.matcher(name).matches()
                || isValueOfAMetric(name));

        assertThat(missing)
                .as("inline code that names nothing, and is not on the list of what is no Java")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageNamesPropertiesThatExist(String page) {
        Set<String> settings = SpringPropertiesTest.names();
        Stream<String> ofBlocks = BLOCK.matcher(read(ROOT.resolve(page)))
                .results()
                .filter(block -> block.group(1).equals("properties"))
                .flatMap(block -> block.group(2).lines());
        List<String> missing = Stream.concat(inlineCode(page).stream(), ofBlocks)
                .map(code -> code.replaceFirst("=.*|\\.?\\*$", ""))
                .filter(code -> OF_OTP_KIT.matcher(code).matches())
                .filter(code -> !INLINE_JAVA.isText(code.replaceFirst("\\.active$", "")))
                .filter(code -> settings.stream().noneMatch(name -> SpringPropertiesTest.names(code, name)))
                .toList();

        assertThat(missing).as("properties that are not there").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageShowsTemplatesThatExist(String page) throws IOException {
        assertThat(templates())
                .containsAll(blocks(page, "html").stream()
                        .filter(block -> block.startsWith("<!DOCTYPE"))
                        .toList());
    }

    private static List<String> templates() {
        return files(ROOT.resolve("examples-spring/src/main/resources/templates"))
                .filter(Files::isRegularFile)
                .map(PagesTest::read)
                .toList();
    }

    @Test
    void whatIsNoJavaIsOnSomePage() throws IOException {
        Set<String> unused = new TreeSet<>(notJava());
        unused.removeAll(allInlineCode());

        assertThat(unused).as("what the list of what is no Java need not have").isEmpty();
    }

    @Test
    void theJavaBetweenTheWordsOfThePagesCompiles() throws IOException {
        Set<String> missing = INLINE_JAVA.missingExpressions(allInlineCode());
        missing.removeAll(notJava());
        String withSpring = withoutBlanks(
                read(ROOT.resolve("examples-spring/src/test/java/dev/otpkit/examples/spring/TwilioInSpringTest.java")));
        missing.removeIf(code -> withSpring.contains(withoutBlanks(code)));

        assertThat(missing)
                .as("inline code that does not compile, and is not on the list of what is no Java")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageNamesTestsThatExist(String page) throws IOException {
        List<String> missing = TEST_METHOD
                .matcher(read(ROOT.resolve(page)))
                .results()
                .filter(named -> !isMethod(named.group(1), named.group(2)))
                .map(MatchResult::group)
                .toList();

        assertThat(missing).as("tests that are not there").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageLinksToWhatExists(String page) throws IOException {
        Path folder = ROOT.resolve(page).getParent();
        List<String> missing = LINK.matcher(read(ROOT.resolve(page)))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("https://"))
                .filter(link -> !Files.exists(folder.resolve(link.replaceFirst("#.*", ""))))
                .toList();

        assertThat(missing).as("links that lead nowhere").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageLinksToHeadingsThatExist(String page) {
        Path file = ROOT.resolve(page);
        List<String> missing = LINK.matcher(BLOCK.matcher(read(file)).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> link.contains("#") && !link.startsWith("https://"))
                .filter(link -> {
                    String[] parts = link.split("#", 2);
                    Path target = parts[0].isEmpty() ? file : file.getParent().resolve(parts[0]);
                    return Files.exists(target) && !anchors(read(target)).contains(parts[1]);
                })
                .toList();

        assertThat(missing).as("links to headings that are not there").isEmpty();
    }

    @Test
    void anAnchorIsMadeAsOnGitHub() {
        assertThat(anchors("# Size\n\n## Go to `prod`: the *list*\n\ntext\n\n## Size\n"))
                .containsExactlyInAnyOrder("size", "go-to-prod-the-list", "size-1");
    }

    /** Returns the anchors that GitHub gives to the headings of a page. */
    private static Set<String> anchors(String text) {
        Set<String> anchors = new TreeSet<>();
        HEADING.matcher(BLOCK.matcher(text).replaceAll("")).results().forEach(heading -> {
            String anchor = heading.group(1)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("\\]\\([^)]*\\)", "")
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-');
            String unique = anchor;
            for (int i = 1; !anchors.add(unique); i++) {
                unique = anchor + "-" + i;
            }
        });
        return anchors;
    }

    @Test
    void thePageShowsTheTablesOfTheStore() throws IOException {
        assertThat(blocks("docs/write-a-store.md", "sql"))
                .containsExactly(read(ROOT.resolve(
                        "examples-adapters/src/main/resources/dev/otpkit/examples/customstore/tables.sql")));
    }

    @Test
    void theSecurityModelNamesATestForEachAttack() throws IOException {
        List<String> attacks = Files.readAllLines(ROOT.resolve("docs/security-model.md")).stream()
                .filter(line -> line.matches("\\| \\d+ \\|.*"))
                .toList();

        assertThat(attacks)
                .hasSize(22)
                .allMatch(line -> TEST_METHOD.matcher(line).find());
    }

    @Test
    void theArchitectureShowsARecordThatIsOne() throws IOException {
        String record = blocks("docs/architecture.md", "text").stream()
                .filter(block -> block.startsWith("02 "))
                .flatMap(String::lines)
                .map(line -> line.replaceFirst(" {2,}.*", "").replace(" ", ""))
                .collect(Collectors.joining());
        long nine = Instant.parse("2026-01-01T09:00:00Z").toEpochMilli();

        assertThat(StateCodec.decode(StoredRecord.of(HexFormat.of().parseHex(record))))
                .isEqualTo(new RecipientState(
                        List.of(nine),
                        List.of(nine + 40_000),
                        List.of(new Challenge(
                                new ChallengeTag(0x40639f6c7a604f20L, 0x75516a21fc6495acL),
                                new Nonce(0x0123456789abcdefL, 0xfedcba9876543210L),
                                nine,
                                nine + 300_000,
                                nine,
                                1,
                                1))));
        assertThat(read(ROOT.resolve("docs/architecture.md"))).contains("later. " + record.length() / 2 + " bytes:");
    }

    static Stream<String> pages() throws IOException {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(file -> ROOT.relativize(file).toString())
                    .toList()
                    .stream();
        }
    }

    private static List<String> blocks(String page, String language) throws IOException {
        return BLOCK.matcher(read(ROOT.resolve(page)))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static Set<String> notJava() {
        return NOT_JAVA.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    /** The values of metrics are the constants of results, failures and events in lower case. */
    private static boolean isValueOfAMetric(String name) {
        return name.equals(name.toLowerCase(Locale.ROOT)) && INLINE_JAVA.isConstant(name.toUpperCase(Locale.ROOT));
    }

    private static Set<String> allInlineCode() throws IOException {
        return pages().flatMap(page -> inlineCode(page).stream()).collect(Collectors.toSet());
    }

    private static Set<String> inlineCode(String page) {
        return CODE.matcher(BLOCK.matcher(read(ROOT.resolve(page))).replaceAll(""))
                .results()
                .map(code -> code.group(1).replaceAll("\\s+", " "))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String unindented(String java) {
        return java.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static boolean isMethod(String type, String method) {
        return JAVA.stream()
                .filter(file -> file.endsWith(type + ".java"))
                .anyMatch(file -> read(file).contains("void " + method + "("));
    }

    static List<Path> java() {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(PagesTest::files)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
