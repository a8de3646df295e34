package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.VerifyResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The customizer of the page. */
class OtpManagerBuilderCustomizerTest {

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Audit audit() {
            return new Audit();
        }

        @Bean
        OtpManagerBuilderCustomizer audited(Audit audit) {
            return builder -> builder.verifier(verifier -> request -> {
                VerifyResult result = verifier.verify(request);
                audit.record(request.purpose(), result.isVerified());
                return result;
            });
        }
    }

    static final class Audit {
        private final List<String> records = new CopyOnWriteArrayList<>();

        void record(String purpose, boolean verified) {
            records.add(purpose + " " + verified);
        }
    }

    @Test
    void theCustomizerSetsTheVerifier() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withPropertyValues("otpkit.development-mode=true")
                .run(context -> {
                    OtpManager otp = context.getBean(OtpManager.class);
                    otp.send("huda@example.com");
                    otp.verify("huda@example.com", "000000");

                    assertThat(context.getBean(Audit.class).records).hasSize(1);
                });
    }
}
