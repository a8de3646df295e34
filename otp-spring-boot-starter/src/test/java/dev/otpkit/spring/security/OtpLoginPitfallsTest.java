package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.OTHER;
import static dev.otpkit.spring.security.LoginSite.UNKNOWN;
import static dev.otpkit.spring.security.LoginSite.authorities;
import static dev.otpkit.spring.security.LoginSite.loggedIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.testkit.FaultyStore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.ott.InMemoryOneTimeTokenService;
import org.springframework.security.authentication.ott.OneTimeTokenAuthenticationProvider;
import org.springframework.security.authentication.ott.OneTimeTokenService;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.ott.DefaultGenerateOneTimeTokenRequestResolver;
import org.springframework.security.web.authentication.ott.GenerateOneTimeTokenRequestResolver;
import org.springframework.security.web.authentication.ott.OneTimeTokenGenerationSuccessHandler;

/**
 * The pitfalls of Spring Security's one-time-token log-in, for codes of a few digits.
 *
 * <ol>
 *   <li>A token is found by its value alone, and wrong ones are not counted:
 *       {@link #pitfall1TwoPeopleMayHoldTheSameCode}, {@link #pitfall1GuessesAreCounted}.
 *   <li>A service that throws is a 500: {@link #pitfall2AFailureToSendIsAnAnswer}.
 *   <li>Unknown usernames reach the service: {@link #pitfall3AnUnknownUsernameGetsADecoy}.
 *   <li>The status of the account is not checked: {@link #pitfall4AnInactiveAccountDoesNotLogIn}.
 *   <li>A second bean of a part silently means the default one: {@link #pitfall5BeansOfTheApplicationReplaceNoPart}.
 *   <li>A converter that returns null is an empty 200: {@link #pitfall6ARequestWithoutACodeIsAnswered}.
 *   <li>The stock converter sets no details: {@link #pitfall7TheResultHasTheDetailsOfTheRequest}.
 *   <li>A second factor for a name of the request: {@link #pitfall8TheSecondFactorIsForTheCurrentName},
 *       {@link #pitfall8AnEarlierUsernameOfTheSessionDoesNotCount}.
 *   <li>A result of a subclass loses the first factor: {@link #pitfall9TheFactorsMerge}.
 *   <li>The default page has a plain field: {@link #pitfall10AnApplicationsPageReplacesThePlainOne}.
 *   <li>A token that is used twice: {@code OtpLoginServerTest#pitfall11TheSameCodeLogsInOnce}.
 *   <li>Both requests want a CSRF token: {@link #pitfall12BothRequestsNeedTheCsrfToken}.
 * </ol>
 *
 * <p>A log-in page that is set before the URL that verifies becomes that URL: {@code OtpLoginTest} has a page, and
 * finds the URL.
 */
class OtpLoginPitfallsTest {
    private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void pitfall1TwoPeopleMayHoldTheSameCode() throws Exception {
        try (LoginSite site = LoginSite.managed(builder -> builder.testRecipient(ACTIVE, "login", "123456", UNTIL)
                .testRecipient(OTHER, "login", "123456", UNTIL))) {
            MockHttpSession first = new MockHttpSession();
            MockHttpSession second = new MockHttpSession();
            site.ask(first, ACTIVE);
            site.ask(second, OTHER);

            site.type(second, "123456");
            site.type(first, "123456");

            assertThat(loggedIn(first)).extracting(Authentication::getName).isEqualTo(ACTIVE);
            assertThat(loggedIn(second)).extracting(Authentication::getName).isEqualTo(OTHER);
        }
    }

    @Test
    void pitfall1GuessesAreCounted() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            for (int i = 0; i < 5; i++) {
                site.type(session, site.sms.wrongCode());
            }

            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .endsWith("?error=attempts");
            assertThat(loggedIn(session)).isNull();
        }
    }

    @Test
    void pitfall2AFailureToSendIsAnAnswer() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            site.store.failNext(FaultyStore.Fault.UNAVAILABLE);

            assertThat(site.ask(new MockHttpSession(), ACTIVE).getStatus()).isEqualTo(503);
            assertThat(site.ask(new MockHttpSession(), "nonsense").getStatus()).isEqualTo(302);
        }
    }

    @Test
    void pitfall3AnUnknownUsernameGetsADecoy() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();

            MockHttpServletResponse answer = site.ask(session, UNKNOWN);

            assertThat(answer.getRedirectedUrl()).isEqualTo("/sign-in/code?sent&wait=30");
            assertThat(site.sms.messages()).isEmpty();
            assertThat(site.events)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            OtpEvent.Sent.class,
                            sent -> assertThat(sent.decoy()).isTrue());
            // An account that is made after the code was sent cannot use it.
            site.accounts.put(LoginSite.Accounts.user(UNKNOWN).build());
            assertThat(site.type(session, "123456").getRedirectedUrl()).contains("error=wrong");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "locked", "expired", "credentials"})
    void pitfall4AnInactiveAccountDoesNotLogIn(String status) throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            User.UserBuilder user = LoginSite.Accounts.user(ACTIVE);
            site.accounts.put(
                    switch (status) {
                        case "disabled" -> user.disabled(true).build();
                        case "locked" -> user.accountLocked(true).build();
                        case "expired" -> user.accountExpired(true).build();
                        default -> user.credentialsExpired(true).build();
                    });

            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=account");
            assertThat(loggedIn(session)).isNull();

            // No further code is sent to it, and the answer does not say so.
            assertThat(site.ask(new MockHttpSession(), ACTIVE).getRedirectedUrl())
                    .contains("?sent");
            assertThat(site.sms.messages()).hasSize(1);
        }
    }

    @Test
    void pitfall5BeansOfTheApplicationReplaceNoPart() throws Exception {
        for (Class<?> beans : List.of(OneOfEach.class, TwoServices.class, Object.class)) {
            try (LoginSite site = LoginSite.with(LoginSite.Login.class, beans)) {
                MockHttpSession session = new MockHttpSession();

                assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).contains("?sent");
                site.type(session, site.sms.lastCode());

                assertThat(authorities(session)).contains("FACTOR_OTT");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneOfEach {
        @Bean
        OneTimeTokenService service() {
            return new InMemoryOneTimeTokenService();
        }

        @Bean
        GenerateOneTimeTokenRequestResolver resolver() {
            return new DefaultGenerateOneTimeTokenRequestResolver();
        }

        @Bean
        OneTimeTokenGenerationSuccessHandler handler() {
            return (request, response, token) -> response.setStatus(418);
        }

        @Bean
        AuthenticationProvider provider(OneTimeTokenService service, UserDetailsService users) {
            return new OneTimeTokenAuthenticationProvider(service, users);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoServices {
        @Bean
        OneTimeTokenService service() {
            return new InMemoryOneTimeTokenService();
        }

        @Bean
        OneTimeTokenService anotherService() {
            return new InMemoryOneTimeTokenService();
        }
    }

    @Test
    void pitfall6ARequestWithoutACodeIsAnswered() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            assertThat(site.perform(post("/login/ott").with(csrf())).getRedirectedUrl())
                    .isEqualTo("/sign-in/code?error=none");
            site.ask(session, ACTIVE);

            assertThat(site.perform(post("/login/ott").session(session).with(csrf()))
                            .getRedirectedUrl())
                    .isEqualTo("/sign-in/code?error=malformed");
            // The same for the request for a code, which would be a 404.
            assertThat(site.perform(post("/ott/generate").with(csrf())).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=invalid");
        }
    }

    @Test
    void pitfall7TheResultHasTheDetailsOfTheRequest() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            String before = session.getId();
            site.ask(session, ACTIVE);
            site.type(session, site.sms.lastCode());

            assertThat(loggedIn(session))
                    .extracting(Authentication::getDetails)
                    .isInstanceOfSatisfying(WebAuthenticationDetails.class, details -> {
                        assertThat(details.getRemoteAddress()).isEqualTo("127.0.0.1");
                        assertThat(details.getSessionId()).isEqualTo(before);
                    });
        }
    }

    @Test
    void pitfall8TheSecondFactorIsForTheCurrentName() throws Exception {
        try (LoginSite site = LoginSite.with(LoginSite.SecondFactor.class)) {
            MockHttpSession session = new MockHttpSession();
            password(site, session);

            site.ask(session, OTHER);

            assertThat(site.email.messages()).isEmpty();
            site.type(session, site.sms.lastCodeTo(ACTIVE));
            assertThat(loggedIn(session)).extracting(Authentication::getName).isEqualTo(ACTIVE);
            assertThat(authorities(session)).contains("FACTOR_OTT", "FACTOR_PASSWORD");
        }
    }

    /** In a session that keeps its id: otherwise the earlier code is not valid any more. */
    @Test
    void pitfall8AnEarlierUsernameOfTheSessionDoesNotCount() throws Exception {
        try (LoginSite site = LoginSite.with(LoginSite.SecondFactorInOneSession.class)) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, OTHER);
            password(site, session);

            assertThat(site.type(session, site.email.lastCodeTo(OTHER)).getRedirectedUrl())
                    .isEqualTo("/sign-in/code?error=none");
            assertThat(loggedIn(session)).extracting(Authentication::getName).isEqualTo(ACTIVE);
            assertThat(authorities(session)).containsExactly("FACTOR_PASSWORD", "ROLE_USER");
        }
    }

    @Test
    void pitfall9TheFactorsMerge() throws Exception {
        try (LoginSite site = LoginSite.with(LoginSite.SecondFactor.class)) {
            MockHttpSession session = new MockHttpSession();
            assertThat(site.page(session).getRedirectedUrl()).contains("/password");
            password(site, session);
            assertThat(site.page(session).getRedirectedUrl()).contains("/sign-in?factor.type=ott");
            site.perform(post("/ott/generate").session(session).with(csrf()));
            site.type(session, site.sms.wrongCode());
            assertThat(authorities(session)).containsExactly("FACTOR_PASSWORD", "ROLE_USER");

            site.type(session, site.sms.lastCode());

            assertThat(authorities(session)).containsExactly("FACTOR_OTT", "FACTOR_PASSWORD", "ROLE_USER");
            assertThat(site.page(session).getStatus()).isEqualTo(404);
        }
    }

    @Test
    void theFactorsMergeInTheOtherOrderToo() throws Exception {
        try (LoginSite site = LoginSite.with(LoginSite.SecondFactor.class)) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.type(session, site.sms.lastCode());
            assertThat(site.page(session).getRedirectedUrl()).contains("/password");

            password(site, session);

            assertThat(authorities(session)).containsExactly("FACTOR_OTT", "FACTOR_PASSWORD", "ROLE_USER");
            assertThat(site.page(session).getStatus()).isEqualTo(404);
        }
    }

    private static void password(LoginSite site, MockHttpSession session) throws Exception {
        site.perform(post("/password")
                .session(session)
                .param("username", ACTIVE)
                .param("password", "password")
                .with(csrf()));
        assertThat(authorities(session)).contains("FACTOR_PASSWORD");
    }

    @Test
    void pitfall10AnApplicationsPageReplacesThePlainOne() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            assertThat(site.perform(get("/login/ott")).getRedirectedUrl()).endsWith("/sign-in");
        }
        try (LoginSite site = LoginSite.withSpringPages()) {
            MockHttpSession session = new MockHttpSession();
            String page = site.perform(get("/login/ott")).getContentAsString();
            assertThat(page).contains("name=\"token\"").doesNotContain("one-time-code", "numeric");

            // It is enough for a first try.
            assertThat(site.perform(get("/login")).getContentAsString()).contains("/ott/generate");
            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo("/login/ott?sent&wait=30");
            site.type(session, site.sms.lastCode());
            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    @Test
    void pitfall12BothRequestsNeedTheCsrfToken() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            assertThat(site.perform(post("/ott/generate").session(session).param("username", ACTIVE))
                            .getStatus())
                    .isEqualTo(403);
            assertThat(site.sms.messages()).isEmpty();
            site.ask(session, ACTIVE);

            assertThat(site.perform(post("/login/ott").session(session).param("token", site.sms.lastCode()))
                            .getStatus())
                    .isEqualTo(403);
            assertThat(loggedIn(session)).isNull();
        }
    }
}
