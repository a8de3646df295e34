package dev.otpkit.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyResult;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application with the compile dependencies of the starter, and nothing else. */
class StarterAloneTest {
    private static final Pattern COMPILE = Pattern.compile("(otp-(core|store-caffeine|channel-(http|smtp))|caffeine"
            + "|libphonenumber|gson|jspecify|angus-(mail|core|activation)|jakarta\\.(mail|activation|annotation)-api"
            + "|spring-(aop|beans|context|core|expression|boot(-starter(-logging)?|-autoconfigure)?)"
            + "|micrometer-(commons|observation)|commons-logging|slf4j-api|logback-(classic|core)|snakeyaml)"
            + "(-[0-9].*\\.jar|/target/classes)");
    private static final Pattern OWN = Pattern.compile("otp-spring-boot-starter/target/(test-)?classes");

    @Test
    void sendsAndVerifiesInDevelopmentMode() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader alone = new URLClassLoader(starterAlone(), ClassLoader.getPlatformClassLoader())) {
            for (String absent : List.of(
                    "com.twilio.Twilio",
                    "dev.otpkit.channel.mshastra.MshastraChannel",
                    "dev.otpkit.store.redis.RedisOtpStore",
                    "io.lettuce.core.RedisClient",
                    "io.micrometer.core.instrument.MeterRegistry",
                    "jakarta.servlet.Filter",
                    "org.springframework.boot.health.contributor.Health",
                    "org.springframework.security.core.Authentication",
                    "org.springframework.web.bind.annotation.RestController")) {
                assertThatThrownBy(() -> alone.loadClass(absent)).isInstanceOf(ClassNotFoundException.class);
            }
            thread.setContextClassLoader(alone);
            assertThat(run(
                            alone,
                            "--otpkit.development-mode=true",
                            "--spring.main.banner-mode=off",
                            "--spring.main.register-shutdown-hook=false"))
                    .isEqualTo("Verified");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Object run(ClassLoader loader, String... arguments) throws ReflectiveOperationException {
        try {
            return loader.loadClass(Application.class.getName())
                    .getMethod("run", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static URL[] starterAlone() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = path.replace(File.separatorChar, '/')
                    .replaceFirst("/$", "")
                    .replaceFirst(".*/(?=[^/]+\\.jar$|[^/]+/target/[^/]+$)", "");
            if (COMPILE.matcher(name).matches() || OWN.matcher(name).matches()) {
                urls.add(new File(path).toURI().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }

    /** Has all auto-configurations that are there. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Application {
        /** Starts, sends, verifies and ends; returns the simple name of the result. */
        public static String run(String... arguments) {
            try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, arguments)) {
                OtpManager otp = context.getBean(OtpManager.class);
                SendResult.Sent sent = (SendResult.Sent) otp.send("user@example.com");
                VerifyResult result =
                        otp.verify("user@example.com", sent.developmentCode().orElseThrow());
                return result.getClass().getSimpleName();
            }
        }
    }
}
