package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.otpkit.OtpManager;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.ott.GenerateOneTimeTokenFilter;
import org.springframework.security.web.authentication.ott.OneTimeTokenAuthenticationFilter;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

class OtpLoginAutoConfigurationTest {
    private final RecordingChannel sms = RecordingChannel.sms();
    private final RecordingChannel email = RecordingChannel.email();
    private final MutableClock clock = MutableClock.create();
    private final OtpManager otp = OtpManager.builder()
            .appName("Acme")
            .store(CaffeineOtpStore.create())
            .channel(sms)
            .channel(email)
            .clock(clock)
            .defaultRegion("SA")
            .build();

    private final WebApplicationContextRunner withoutManager = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DispatcherServletAutoConfiguration.class,
                    WebMvcAutoConfiguration.class,
                    SecurityAutoConfiguration.class,
                    UserDetailsServiceAutoConfiguration.class,
                    ServletWebSecurityAutoConfiguration.class,
                    OtpLoginAutoConfiguration.class))
            .withPropertyValues("spring.security.user.password=password");
    private final WebApplicationContextRunner application =
            withoutManager.withBean(OtpManager.class, () -> otp).withBean(InstantSource.class, () -> clock);
    private final WebApplicationContextRunner site = application
            .withBean(UserDetailsService.class, LoginSite.Accounts::new)
            .withUserConfiguration(LoginSite.Login.class);

    @Test
    void makesALogInThatChangesNoFilterChain() {
        application.run(context -> {
            assertThat(context).hasSingleBean(OtpLogin.class);
            assertThat(filters(context)).isNotEmpty().noneMatch(OtpLoginAutoConfigurationTest::isLogIn);
        });
        application.withUserConfiguration(Plain.class).run(context -> {
            assertThat(context).hasSingleBean(OtpLogin.class);
            assertThat(filters(context)).isNotEmpty().noneMatch(OtpLoginAutoConfigurationTest::isLogIn);
        });
        site.run(context -> assertThat(filters(context)).anyMatch(OtpLoginAutoConfigurationTest::isLogIn));
    }

    private static Iterable<Object> filters(WebApplicationContext context) {
        return context.getBean(FilterChainProxy.class).getFilterChains().stream()
                .<Object>flatMap(chain -> chain.getFilters().stream())
                .toList();
    }

    private static boolean isLogIn(Object filter) {
        return filter instanceof GenerateOneTimeTokenFilter || filter instanceof OneTimeTokenAuthenticationFilter;
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {
        @Bean
        SecurityFilterChain security(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }
    }

    @Test
    void backsOff() {
        withoutManager.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpLogin.class));
        application
                .withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpLogin.class));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpLoginAutoConfiguration.class))
                .withBean(OtpManager.class, () -> otp)
                .withBean(UserDetailsService.class, LoginSite.Accounts::new)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpLogin.class));
        application
                .withBean("one", UserDetailsService.class, LoginSite.Accounts::new)
                .withBean("two", UserDetailsService.class, LoginSite.Accounts::new)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpLogin.class));
        OtpLogin own = OtpLogin.create(otp, new LoginSite.Accounts());
        application
                .withBean(OtpLogin.class, () -> own)
                .run(context -> assertThat(context).getBean(OtpLogin.class).isSameAs(own));
    }

    @Test
    void backsOffBesideTwoManagersUnlessOneIsPrimary() {
        application
                .withBean("other", OtpManager.class, () -> otp)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(OtpLogin.class));
        application
                .withBean("other", OtpManager.class, () -> otp, definition -> definition.setPrimary(true))
                .run(context -> assertThat(context).hasSingleBean(OtpLogin.class));
    }

    @Test
    void readsTheRegionAndTheClock() {
        site.withPropertyValues("otpkit.default-region=SA").run(context -> {
            assertThat(ask(context, new MockHttpSession(), "0501234567").getRedirectedUrl())
                    .isEqualTo("/login/ott?sent&wait=30");
            assertThat(sms.lastCodeTo(ACTIVE)).hasSize(6);
        });
        site.run(context -> assertThat(
                        ask(context, new MockHttpSession(), "0501234567").getRedirectedUrl())
                .isEqualTo("/login?error=invalid"));
        site.withPropertyValues("otpkit.default-region=Arabia")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("Arabia"));
    }

    @Test
    void usesTheAddressesOfTheApplicationAndRefusesTwo() {
        WebApplicationContextRunner one = site.withBean("one", OtpAddresses.class, ToOther::new);
        one.run(context -> {
            ask(context, new MockHttpSession(), ACTIVE);
            assertThat(email.lastCodeTo(OTHER)).hasSize(6);
            assertThat(sms.messages()).isEmpty();
        });
        one.withBean("two", OtpAddresses.class, ToOther::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("OtpAddresses")
                        .hasMessageContaining("one,two"));
    }

    /** Otherwise a second factor would be for the username of the request. */
    @Test
    void usesTheSecurityContextsOfTheApplication() {
        site.withBean(SecurityContextHolderStrategy.class, OwnContexts::new).run(context -> {
            MockHttpSession session = new MockHttpSession();
            session.setAttribute(
                    HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY,
                    new SecurityContextImpl(new TestingAuthenticationToken(ACTIVE, "password", "FACTOR_PASSWORD")));

            ask(context, session, OTHER);

            assertThat(email.messages()).isEmpty();
            assertThat(sms.lastCodeTo(ACTIVE)).hasSize(6);
        });
    }

    private static MockHttpServletResponse ask(WebApplicationContext context, MockHttpSession session, String username)
            throws Exception {
        return MockMvcBuilders.webAppContextSetup(context)
                .apply(springSecurity())
                .build()
                .perform(post("/ott/generate")
                        .session(session)
                        .param("username", username)
                        .with(csrf()))
                .andReturn()
                .getResponse();
    }

    private static final class ToOther implements OtpAddresses {
        @Override
        public Optional<String> of(UserDetails user) {
            return Optional.of(OTHER);
        }

        @Override
        public String ofUnknown(String username) {
            return "unknown@acme.invalid";
        }
    }

    private static final class OwnContexts implements SecurityContextHolderStrategy {
        private final Map<Thread, SecurityContext> contexts = new ConcurrentHashMap<>();

        @Override
        public void clearContext() {
            contexts.remove(Thread.currentThread());
        }

        @Override
        public SecurityContext getContext() {
            return contexts.computeIfAbsent(Thread.currentThread(), thread -> createEmptyContext());
        }

        @Override
        public void setContext(SecurityContext context) {
            contexts.put(Thread.currentThread(), context);
        }

        @Override
        public SecurityContext createEmptyContext() {
            return new SecurityContextImpl();
        }
    }
}
