package dev.otpkit.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.otpkit.channel.fixture.Violations;
import dev.otpkit.cycle.fixture.Alone;
import dev.otpkit.cycle.fixture.First;
import dev.otpkit.cycle.fixture.Second;
import dev.otpkit.cycle.fixture.Third;
import dev.otpkit.store.fixture.UsesTheToolkitOfChannels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for all modules, here because this module depends on all others. Each rule is shown to find a violation. */
class ArchitectureTest {
    private static final JavaClasses MAIN_CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.otpkit");
    private static final Set<String> EXPORTED =
            Set.of("dev.otpkit", "dev.otpkit.spi", "dev.otpkit.event", "dev.otpkit.message");
    private static final Pattern MODULE = Pattern.compile("/([^/]+)/target/");
    private static final String INTERNAL = "dev.otpkit.internal..";
    private static final String TOOLKIT = "dev.otpkit.channel.http";
    private static final String CHANNELS = "dev.otpkit.channel..";
    private static final String[] ADAPTERS = {"dev.otpkit.store..", CHANNELS};
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("otp-core", "dev.otpkit(\\.(spi|event|message|internal\\.(rules|state|crypto|input)))?"),
            Map.entry("otp-testkit", "dev.otpkit.testkit"),
            Map.entry("otp-store-caffeine", "dev.otpkit.store.caffeine"),
            Map.entry("otp-store-redis", "dev.otpkit.store.redis"),
            Map.entry("otp-channel-http", TOOLKIT),
            Map.entry("otp-channel-smtp", "dev.otpkit.channel.smtp"),
            Map.entry("otp-channel-twilio", "dev.otpkit.channel.twilio"),
            Map.entry("otp-channel-mshastra", "dev.otpkit.channel.mshastra"),
            Map.entry("otp-spring-boot-starter", "dev.otpkit.spring(\\.(observation|security|web))?"),
            Map.entry("examples-adapters", "dev.otpkit.examples\\.custom.+"),
            Map.entry("examples", "dev.otpkit.examples\\..+"));
    /** A sealed interface and the two types that it permits cannot but know each other. */
    private static final Set<String> SEALED_TRIO =
            Set.of("dev.otpkit.Recipient", "dev.otpkit.PhoneNumber", "dev.otpkit.EmailAddress");

    private static final ArchRule ADAPTERS_STAND_ALONE =
            classes().that().resideInAnyPackage(ADAPTERS).should(dependOnNothingOfOursButWhatTheyMay());

    private static final ArchRule INTERNAL_STAYS_INSIDE = noClasses()
            .that()
            .resideOutsideOfPackages(EXPORTED.toArray(String[]::new))
            .and()
            .resideOutsideOfPackage(INTERNAL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INTERNAL);

    private static final ArchRule NO_WEAK_GENERATOR = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class)
            .orShould()
            .callMethod(Math.class, "random");

    // The testkit copies what a channel prints.
    private static final ArchRule NO_CONSOLE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.otpkit.examples..")
            .and()
            .doNotHaveFullyQualifiedName("dev.otpkit.testkit.PrintedText")
            .should(ACCESS_STANDARD_STREAMS);

    // Angus and the JDK log through java.util.logging: two channels keep secrets out of it, the testkit records it.
    private static final ArchRule NO_JAVA_UTIL_LOGGING = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.otpkit.channel.smtp.SmtpConnection")
            .and()
            .doNotHaveFullyQualifiedName("dev.otpkit.channel.mshastra.BalanceLogFilter")
            .and()
            .doNotHaveFullyQualifiedName("dev.otpkit.testkit.JulHandler")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging");

    @Test
    void anAdapterDependsOnWhatCoreExportsAndAChannelOnTheToolkitToo() {
        ADAPTERS_STAND_ALONE.check(MAIN_CODE);

        assertBites(ADAPTERS_STAND_ALONE, Violations.AsksAnotherAdapter.class);
        assertBites(ADAPTERS_STAND_ALONE, UsesTheToolkitOfChannels.class);
        assertBites(ADAPTERS_STAND_ALONE, Violations.LooksInside.class);
    }

    @Test
    void nothingOutsideCoreUsesItsInternals() {
        INTERNAL_STAYS_INSIDE.check(MAIN_CODE);

        assertBites(INTERNAL_STAYS_INSIDE, Violations.LooksInside.class);
    }

    @Test
    void nothingDrawsFromAWeakGenerator() {
        NO_WEAK_GENERATOR.check(MAIN_CODE);

        assertBites(NO_WEAK_GENERATOR, Violations.DrawsFromRandom.class);
        assertBites(NO_WEAK_GENERATOR, Violations.DrawsFromThreadLocalRandom.class);
        assertBites(NO_WEAK_GENERATOR, Violations.DrawsFromSplittableRandom.class);
        assertBites(NO_WEAK_GENERATOR, Violations.DrawsFromMath.class);
    }

    @Test
    void noLibraryWritesToTheConsole() {
        NO_CONSOLE.check(MAIN_CODE);

        assertBites(NO_CONSOLE, Violations.PrintsToTheConsole.class);
    }

    @Test
    void nothingLogsThroughJavaUtilLogging() {
        NO_JAVA_UTIL_LOGGING.check(MAIN_CODE);

        assertBites(NO_JAVA_UTIL_LOGGING, Violations.LogsThroughJavaUtilLogging.class);
    }

    @Test
    void eachModuleKeepsToItsOwnPackages() {
        Set<String> seen = new TreeSet<>();
        for (JavaClass each : MAIN_CODE) {
            String module = moduleOf(each);
            seen.add(module);
            assertThat(each.getPackageName())
                    .as("package of a class of %s", module)
                    .matches(PACKAGES.get(module));
        }
        assertThat(seen).as("modules that were looked at").isEqualTo(PACKAGES.keySet());
    }

    @ParameterizedTest
    @MethodSource("published")
    void theClassesOfAModuleFormNoCycle(String module) {
        List<JavaClass> classes =
                MAIN_CODE.stream().filter(each -> moduleOf(each).equals(module)).toList();
        List<Set<String>> cycles = new ArrayList<>(ClassCycles.of(classes));
        cycles.remove(SEALED_TRIO);

        assertThat(cycles)
                .as("cycles among the top-level classes of %s", module)
                .isEmpty();
    }

    @Test
    void aCycleIsNamedOnceAndWhole() {
        JavaClasses fixture = new ClassFileImporter().importPackagesOf(First.class);

        // Two loops that share a class are one cycle; a nested class counts as its top-level class.
        assertThat(ClassCycles.of(fixture))
                .containsExactly(Set.of(First.class.getName(), Second.class.getName(), Third.class.getName()));
        assertThat(fixture.contain(Alone.class)).isTrue();
    }

    @Test
    void theExceptionHoldsForTheSealedTrioAlone() {
        assertThat(ClassCycles.of(MAIN_CODE)).contains(SEALED_TRIO);
    }

    static Stream<String> published() {
        return PACKAGES.keySet().stream().filter(module -> module.startsWith("otp-"));
    }

    private static String moduleOf(JavaClass each) {
        String location = each.getSource().orElseThrow().getUri().toString();
        return MODULE.matcher(location)
                .results()
                .map(folder -> folder.group(1))
                .filter(PACKAGES::containsKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no module is known for " + location));
    }

    private static void assertBites(ArchRule rule, Class<?> violation) {
        JavaClasses violating = new ClassFileImporter().importClasses(violation);
        assertThatThrownBy(() -> rule.check(violating))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(violation.getSimpleName());
    }

    private static ArchCondition<JavaClass> dependOnNothingOfOursButWhatTheyMay() {
        return new ArchCondition<>(
                "depend on nothing of ours but exports of core, themselves, and as channels " + "on otp-channel-http") {
            @Override
            public void check(JavaClass adapter, ConditionEvents events) {
                for (Dependency dependency : adapter.getDirectDependenciesFromSelf()) {
                    boolean channel = adapter.getPackageName().startsWith("dev.otpkit.channel.");
                    String target = dependency.getTargetClass().getPackageName();
                    if (target.startsWith("dev.otpkit")
                            && !EXPORTED.contains(target)
                            && !(channel && target.equals(TOOLKIT))
                            && !target.equals(adapter.getPackageName())) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
