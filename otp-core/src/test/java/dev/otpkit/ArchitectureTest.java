package dev.otpkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "dev.otpkit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule dependsOnThreeLibrariesAndTheJdk = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "dev.otpkit..",
                    "java..",
                    "javax.crypto..",
                    "org.slf4j",
                    "org.jspecify.annotations",
                    "com.google.i18n.phonenumbers.."));

    @ArchTest
    static final ArchRule drawsFromNoWeakGenerator = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class)
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule readsNoClockButTheOneItIsGiven = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule countsNoTimeButThatOfACall = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.otpkit.Stopwatch")
            .and()
            .doNotHaveFullyQualifiedName("dev.otpkit.spi.Deadline")
            .should()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule theRulesDependOnPoliciesAndReasonsAlone = classes()
            .that()
            .resideInAPackage("dev.otpkit.internal.rules")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations")
                    .or(resideInAPackage("dev.otpkit.internal.rules"))
                    .or(belongToAnyOf(
                            OtpPolicy.class,
                            RateLimit.class,
                            Resend.class,
                            SendResult.Refused.Reason.class,
                            VerifyResult.Rejected.Reason.class)));

    @ArchTest
    static final ArchRule theRulesReadNoClock = noClasses()
            .that()
            .resideInAPackage("dev.otpkit.internal.rules")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(InstantSource.class);

    @ArchTest
    static final ArchRule theInternalPackagesDependOnValuesAndTheStoreAlone = classes()
            .that()
            .resideInAPackage("dev.otpkit.internal..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "java..", "javax.crypto..", "org.jspecify.annotations", "com.google.i18n.phonenumbers..")
                    .or(resideInAPackage("dev.otpkit.internal.."))
                    .or(belongToAnyOf(
                            OtpPolicy.class,
                            Alphabet.class,
                            RateLimit.class,
                            Resend.class,
                            Recipient.class,
                            PhoneNumber.class,
                            EmailAddress.class,
                            InvalidRecipientException.class,
                            OtpStoreException.class,
                            SendResult.Refused.Reason.class,
                            VerifyResult.Rejected.Reason.class,
                            OtpStore.class,
                            StoredRecord.class)));

    /** A recipient is sealed over its two kinds, which have to know it. */
    @ArchTest
    static final ArchRule noTwoClassesDependOnEachOtherButARecipientAndItsKinds =
            slices().assignedFrom(topLevel()).should().beFreeOfCycles();

    private static SliceAssignment topLevel() {
        Set<Class<?>> recipients = Set.of(Recipient.class, PhoneNumber.class, EmailAddress.class);
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                JavaClass outermost = javaClass;
                while (outermost.getEnclosingClass().isPresent()) {
                    outermost = outermost.getEnclosingClass().get();
                }
                return recipients.stream().anyMatch(outermost::isEquivalentTo)
                        ? SliceIdentifier.of("a recipient")
                        : SliceIdentifier.of(outermost.getName());
            }

            @Override
            public String getDescription() {
                return "top-level classes";
            }
        };
    }

    @Test
    void exportsEverythingButInternalToEveryone() {
        assertThat(descriptor().exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("dev.otpkit", "dev.otpkit.spi", "dev.otpkit.event", "dev.otpkit.message");
        assertThat(descriptor().exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(descriptor().opens()).isEmpty();
    }

    @Test
    void requiresOfTheJdkItsBaseAlone() {
        assertThat(descriptor().requires())
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder(
                        "java.base", "com.google.i18n.phonenumbers.libphonenumber", "org.jspecify", "org.slf4j");
    }

    private static ModuleDescriptor descriptor() {
        URI classes = URI.create(
                OtpManager.class.getProtectionDomain().getCodeSource().getLocation() + "module-info.class");
        try (InputStream in = classes.toURL().openStream()) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
