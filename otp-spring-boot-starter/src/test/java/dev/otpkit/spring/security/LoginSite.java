package dev.otpkit.spring.security;

import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.setup.SecurityMockMvcConfigurers.springSecurity;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.otpkit.OtpManager;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.authentication.AuthenticationEventPublisher;
import org.springframework.security.authentication.DefaultAuthenticationEventPublisher;
import org.springframework.security.config.annotation.authorization.EnableMultiFactorAuthentication;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** An application with the log-in, without a server, and the things that its tests look at. */
final class LoginSite implements AutoCloseable {
    static final String ACTIVE = "+966501234567";
    static final String OTHER = "huda@example.com";
    static final String UNKNOWN = "+966501234568";

    final MutableClock clock = MutableClock.create();
    final FaultyStore store = FaultyStore.around(CaffeineOtpStore.create());
    final RecordingChannel sms = RecordingChannel.sms();
    final RecordingChannel email = RecordingChannel.email();
    final List<OtpEvent> events = new CopyOnWriteArrayList<>();
    final List<ApplicationEvent> springEvents = new CopyOnWriteArrayList<>();
    final Accounts accounts = new Accounts();

    private final GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext());
    private final MockMvc mvc;

    private LoginSite(
            Consumer<OtpManager.Builder> manager, UnaryOperator<OtpLogin> change, Class<?>... configurations) {
        OtpManager.Builder builder = OtpManager.builder()
                .appName("Acme")
                .store(store)
                .channel(sms)
                .channel(email)
                .clock(clock)
                .defaultRegion("SA")
                .listener(events::add);
        manager.accept(builder);
        OtpManager otp = builder.build();
        context.registerBean(UserDetailsService.class, () -> accounts);
        context.registerBean(
                OtpLogin.class,
                () -> change.apply(OtpLogin.create(otp, accounts).clock(clock).defaultRegion("SA")));
        context.registerBean("springEvents", ApplicationListener.class, () ->
                (ApplicationListener<ApplicationEvent>) springEvents::add);
        AnnotatedBeanDefinitionReader reader = new AnnotatedBeanDefinitionReader(context);
        reader.register(configurations);
        reader.register(Web.class);
        context.refresh();
        mvc = MockMvcBuilders.webAppContextSetup(context)
                .apply(springSecurity())
                .build();
    }

    static LoginSite start() {
        return changed(UnaryOperator.identity());
    }

    static LoginSite changed(UnaryOperator<OtpLogin> change) {
        return start(builder -> {}, change, Login.class);
    }

    static LoginSite managed(Consumer<OtpManager.Builder> manager) {
        return start(manager, UnaryOperator.identity(), Login.class);
    }

    static LoginSite with(Class<?>... configurations) {
        return start(builder -> {}, UnaryOperator.identity(), configurations);
    }

    static LoginSite start(
            Consumer<OtpManager.Builder> manager, UnaryOperator<OtpLogin> change, Class<?>... configurations) {
        return new LoginSite(manager, pages(change), configurations);
    }

    /** Starts a site without pages of its own. */
    static LoginSite withSpringPages() {
        return new LoginSite(builder -> {}, UnaryOperator.identity(), Login.class);
    }

    private static UnaryOperator<OtpLogin> pages(UnaryOperator<OtpLogin> change) {
        return login -> change.apply(login.loginPage("/sign-in").codePage("/sign-in/code"));
    }

    MockHttpServletResponse perform(MockHttpServletRequestBuilder request) throws Exception {
        return mvc.perform(request).andReturn().getResponse();
    }

    MockHttpServletResponse ask(MockHttpSession session, String username) throws Exception {
        return perform(post("/ott/generate")
                .session(session)
                .param("username", username)
                .with(csrf()));
    }

    MockHttpServletResponse type(MockHttpSession session, String code) throws Exception {
        return perform(post("/login/ott").session(session).param("token", code).with(csrf()));
    }

    MockHttpServletResponse page(MockHttpSession session) throws Exception {
        return perform(get("/").session(session).accept(MediaType.TEXT_HTML));
    }

    /** Returns who is logged in, and null for nobody. */
    static @Nullable Authentication loggedIn(MockHttpSession session) {
        SecurityContext found = (SecurityContext)
                session.getAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY);
        return found == null ? null : found.getAuthentication();
    }

    static List<String> authorities(MockHttpSession session) {
        Authentication authentication = loggedIn(session);
        return authentication == null
                ? List.of()
                : authentication.getAuthorities().stream()
                        .map(authority -> String.valueOf(authority.getAuthority()))
                        .sorted()
                        .toList();
    }

    <T> List<T> springEvents(Class<T> type) {
        return springEvents.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void close() {
        context.close();
        store.close();
    }

    /** The accounts, and the names that were looked up. */
    static final class Accounts implements UserDetailsService {
        final List<String> lookedUp = new CopyOnWriteArrayList<>();
        private final Map<String, String> aliases = new ConcurrentHashMap<>();
        private final Map<String, RuntimeException> failures = new ConcurrentHashMap<>();
        private final List<UserDetails> users = new ArrayList<>();

        Accounts() {
            put(user(ACTIVE).build());
            put(user(OTHER).build());
            put(user("disabled@example.com").disabled(true).build());
            put(user("locked@example.com").accountLocked(true).build());
            put(user("expired@example.com").accountExpired(true).build());
            put(user("stale@example.com").credentialsExpired(true).build());
        }

        static User.UserBuilder user(String name) {
            return User.withUsername(name).password("{noop}password").roles("USER");
        }

        synchronized void put(UserDetails user) {
            users.removeIf(each -> each.getUsername().equals(user.getUsername()));
            users.add(user);
        }

        /** Makes another name find an account. */
        void alias(String name, String username) {
            aliases.put(name, username);
        }

        /** Makes the look-up of a name throw. */
        void failWith(String name, RuntimeException failure) {
            failures.put(name, failure);
        }

        @Override
        public synchronized UserDetails loadUserByUsername(String name) {
            lookedUp.add(name);
            if (failures.containsKey(name)) {
                throw failures.get(name);
            }
            String username = aliases.getOrDefault(name, name);
            return users.stream()
                    .filter(each -> each.getUsername().equals(username))
                    .findFirst()
                    .map(each -> User.withUserDetails(each).build())
                    .orElseThrow(() -> new UsernameNotFoundException("unknown"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    @EnableWebMvc
    static class Web {
        /** As Spring Boot has it. */
        @Bean
        AuthenticationEventPublisher authenticationEventPublisher(ApplicationEventPublisher publisher) {
            return new DefaultAuthenticationEventPublisher(publisher);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Login {
        @Bean
        SecurityFilterChain security(HttpSecurity http, OtpLogin login) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .oneTimeTokenLogin(login::customize)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMultiFactorAuthentication(
            authorities = {FactorGrantedAuthority.PASSWORD_AUTHORITY, FactorGrantedAuthority.OTT_AUTHORITY})
    static class SecondFactor {
        @Bean
        SecurityFilterChain security(HttpSecurity http, OtpLogin login) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(form -> form.loginPage("/password"))
                    .oneTimeTokenLogin(login::customize)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMultiFactorAuthentication(
            authorities = {FactorGrantedAuthority.PASSWORD_AUTHORITY, FactorGrantedAuthority.OTT_AUTHORITY})
    static class SecondFactorInOneSession {
        @Bean
        SecurityFilterChain security(HttpSecurity http, OtpLogin login) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .sessionManagement(sessions -> sessions.sessionFixation(fixation -> fixation.none()))
                    .formLogin(form -> form.loginPage("/password"))
                    .oneTimeTokenLogin(login::customize)
                    .build();
        }
    }
}
