package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.OTHER;
import static dev.otpkit.spring.security.LoginSite.UNKNOWN;
import static dev.otpkit.spring.security.LoginSite.authorities;
import static dev.otpkit.spring.security.LoginSite.loggedIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.RateLimit;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.FaultyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.event.AuthenticationFailureBadCredentialsEvent;
import org.springframework.security.authentication.event.AuthenticationFailureServiceExceptionEvent;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.SecurityFilterChain;

/** The log-in, step by step, and each answer of it. */
class OtpLoginTest {
    private static final String CODE_PAGE = "/sign-in/code";

    @Test
    void logsInWithTheCodeThatWasSent() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            assertThat(site.page(session).getRedirectedUrl()).endsWith("/sign-in");

            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo(CODE_PAGE + "?sent&wait=30");
            assertThat(loggedIn(session)).isNull();
            MockHttpServletResponse answer = site.type(session, site.sms.lastCodeTo(ACTIVE));

            assertThat(answer.getStatus()).isEqualTo(302);
            assertThat(answer.getRedirectedUrl()).endsWith("/?continue");
            assertThat(authorities(session)).containsExactly("FACTOR_OTT", "ROLE_USER");
            Authentication authentication = loggedIn(session);
            assertThat(authentication).isNotNull();
            assertThat(authentication.getName()).isEqualTo(ACTIVE);
            assertThat(site.page(session).getStatus()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0501234567", " 050 123-4567 ", "٠٥٠١٢٣٤٥٦٧", "+966 50 123 4567", "00966501234567"})
    void everySpellingOfANumberIsItsAccount(String typed) throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();

            site.ask(session, typed);
            site.type(session, site.sms.lastCodeTo(ACTIVE));

            assertThat(site.accounts.lookedUp).containsOnly(ACTIVE);
            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    @Test
    void theCodeGoesToTheAddressOfTheAccountAndNotToTheTypedOne() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.addresses(new OtpAddresses() {
            @Override
            public Optional<String> of(UserDetails user) {
                return Optional.of(user.getUsername().equals("alice") ? OTHER : ACTIVE);
            }

            @Override
            public String ofUnknown(String username) {
                return username + "@unknown.invalid";
            }
        }))) {
            site.accounts.put(LoginSite.Accounts.user("alice").build());
            MockHttpSession session = new MockHttpSession();

            site.ask(session, " alice ");
            site.type(session, site.email.lastCodeTo(OTHER));

            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    /** A database that ignores the case of letters, or accents, finds an account by a mailbox that is not its own. */
    @Test
    void theCodeGoesToTheNameOfTheAccountAndNotToTheOneThatFoundIt() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            site.accounts.alias("hudaa@example.com", OTHER);
            MockHttpSession session = new MockHttpSession();

            site.ask(session, "hudaa@example.com");

            site.type(session, site.email.lastCodeTo(OTHER));
            assertThat(loggedIn(session)).extracting(Authentication::getName).isEqualTo(OTHER);
        }
    }

    /** The addresses of the page. */
    @Test
    void aMemberOfStaffLogsInAndAnUnknownNameGetsTheSameAnswer() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.addresses(new StaffAddresses()))) {
            site.accounts.put(LoginSite.Accounts.user("huda").build());
            MockHttpSession session = new MockHttpSession();

            assertThat(site.ask(session, "huda").getRedirectedUrl()).isEqualTo(CODE_PAGE + "?sent&wait=30");
            assertThat(site.ask(new MockHttpSession(), "nobody").getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?sent&wait=30");

            assertThat(site.email.messages()).hasSize(1);
            site.type(session, site.email.lastCodeTo("huda@staff.example"));
            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    /** With usernames that are addresses, and with others. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnknownAndAnInactiveUsernameGetTheAnswersOfAnActiveOne(boolean named) throws Exception {
        List<List<String>> all = new ArrayList<>();
        List<String> usernames = named
                ? List.of("active", "unknown", "disabled", "locked", "expired", "stale", "nowhere")
                : List.of(
                        OTHER,
                        "unknown@example.com",
                        "disabled@example.com",
                        "locked@example.com",
                        "expired@example.com",
                        "stale@example.com");
        for (String username : usernames) {
            try (LoginSite site = LoginSite.changed(login -> named ? login.addresses(new Directory()) : login)) {
                for (UserDetails user : List.of(
                        LoginSite.Accounts.user("active").build(),
                        LoginSite.Accounts.user("nowhere").build(),
                        LoginSite.Accounts.user("disabled").disabled(true).build(),
                        LoginSite.Accounts.user("locked").accountLocked(true).build(),
                        LoginSite.Accounts.user("expired").accountExpired(true).build(),
                        LoginSite.Accounts.user("stale")
                                .credentialsExpired(true)
                                .build())) {
                    site.accounts.put(user);
                }
                all.add(visit(site, username));
                boolean active = username.equals(usernames.get(0));
                assertThat(site.email.messages()).as(username).hasSize(active ? 2 : 0);
            }
        }
        assertThat(all.get(0)).hasSizeGreaterThan(8).anyMatch(answer -> answer.contains("error=wrong"));
        assertThat(all).containsOnly(all.get(0));
    }

    /** Returns status, headers, body, new session attributes and the numbers of look-ups and store requests. */
    private static List<String> visit(LoginSite site, String username) throws Exception {
        MockHttpSession session = new MockHttpSession();
        List<String> seen = new ArrayList<>();
        seen.add(seen(site, session, site.ask(session, username)));
        seen.add(seen(site, session, site.ask(session, username)));
        for (int i = 0; i < 6; i++) {
            String wrong = site.email.messages().isEmpty() ? "123456" : site.email.wrongCode();
            seen.add(seen(site, session, site.type(session, wrong)));
        }
        seen.add(seen(site, session, site.type(session, "x")));
        site.clock.advance(Duration.ofMinutes(6));
        seen.add(seen(site, session, site.type(session, "000000")));
        seen.add(seen(site, session, site.ask(session, username)));
        return seen;
    }

    private static String seen(LoginSite site, MockHttpSession session, MockHttpServletResponse answer)
            throws Exception {
        List<String> headers = new ArrayList<>();
        for (String name : answer.getHeaderNames()) {
            headers.add(name + ": " + answer.getHeaders(name));
        }
        return answer.getStatus() + " " + headers + " " + answer.getContentAsString() + " "
                + Collections.list(session.getAttributeNames()) + " look-ups " + site.accounts.lookedUp.size()
                + " store "
                + site.store.calls();
    }

    /** Names that are no addresses; the account {@code nowhere} has none. */
    private static final class Directory implements OtpAddresses {
        @Override
        public Optional<String> of(UserDetails user) {
            return user.getUsername().equals("nowhere")
                    ? Optional.empty()
                    : Optional.of(user.getUsername() + "@acme.example");
        }

        @Override
        public String ofUnknown(String username) {
            return username + "@unknown.invalid";
        }
    }

    @Test
    void aRightCodeOfAnAccountThatWasDisabledMeanwhileDoesNotLogIn() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.accounts.put(LoginSite.Accounts.user(ACTIVE).disabled(true).build());

            assertThat(site.type(session, site.sms.wrongCode()).getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?error=wrong&left=4");
            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=account");
            assertThat(loggedIn(session)).isNull();
        }
    }

    @Test
    void aRightCodeOfAnAccountWithTooManySessionsDoesNotLogIn() throws Exception {
        try (LoginSite site = LoginSite.with(OneSession.class)) {
            MockHttpSession first = new MockHttpSession();
            MockHttpSession second = new MockHttpSession();
            site.ask(first, ACTIVE);
            site.type(first, site.sms.lastCode());
            site.ask(second, ACTIVE);

            assertThat(site.type(second, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=account");
            assertThat(loggedIn(first)).isNotNull();
            assertThat(loggedIn(second)).isNull();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneSession {
        @Bean
        SecurityFilterChain security(HttpSecurity http, OtpLogin login) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .sessionManagement(sessions -> sessions.maximumSessions(1).maxSessionsPreventsLogin(true))
                    .oneTimeTokenLogin(login::customize)
                    .build();
        }
    }

    @Test
    void aCodeToAnAddressThatTheAccountNoLongerHasDoesNotLogIn() throws Exception {
        List<String> address = new ArrayList<>(List.of("old@acme.example"));
        try (LoginSite site = LoginSite.changed(login -> login.addresses(new OtpAddresses() {
            @Override
            public Optional<String> of(UserDetails user) {
                return Optional.of(address.get(0));
            }

            @Override
            public String ofUnknown(String username) {
                return username + "@unknown.invalid";
            }
        }))) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            address.set(0, "new@acme.example");

            assertThat(site.type(session, site.email.lastCode()).getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?error=none");
            assertThat(loggedIn(session)).isNull();
        }
    }

    @Test
    void saysWhatIsWrongWithACode() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            assertThat(site.type(session, "123456").getRedirectedUrl()).isEqualTo(CODE_PAGE + "?error=none");
            site.ask(session, ACTIVE);
            String wrong = site.sms.wrongCode();

            assertThat(site.type(session, "12").getRedirectedUrl()).isEqualTo(CODE_PAGE + "?error=malformed");
            for (int left = 4; left >= 0; left--) {
                assertThat(site.type(session, wrong).getRedirectedUrl())
                        .isEqualTo(CODE_PAGE + "?error=wrong&left=" + left);
            }
            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?error=attempts");
            site.clock.advance(Duration.ofMinutes(5));
            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?error=expired");
        }
    }

    @Test
    void saysThatARecipientIsLockedAtBothSteps() throws Exception {
        try (LoginSite site = LoginSite.managed(manager(OtpPolicy.builder()
                .maxAttempts(2)
                .failureLimit(RateLimit.of(2, Duration.ofMinutes(10)))
                .build()))) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            String wrong = site.sms.wrongCode();
            site.type(session, wrong);
            site.type(session, wrong);

            assertThat(site.type(session, wrong).getRedirectedUrl()).isEqualTo(CODE_PAGE + "?error=locked&wait=600");
            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo("/sign-in?error=locked&wait=600");
        }
    }

    @Test
    void saysHowLongToWaitBeforeTheNextCode() throws Exception {
        try (LoginSite site = LoginSite.managed(manager(OtpPolicy.builder()
                .sendLimits(RateLimit.of(2, Duration.ofMinutes(10)))
                .build()))) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.clock.advance(Duration.ofMillis(12_500));

            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo(CODE_PAGE + "?error=too-soon&wait=18");
            site.clock.advance(Duration.ofSeconds(18));
            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo(CODE_PAGE + "?sent&wait=30");
            assertThat(site.sms.messages()).hasSize(2);
            site.clock.advance(Duration.ofMinutes(1));
            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).startsWith("/sign-in?error=limited&wait=5");
        }
    }

    private static Consumer<OtpManager.Builder> manager(OtpPolicy policy) {
        return builder -> builder.policy("login", policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "nonsense", "a@b", "+1"})
    void saysThatATextCannotBeAnAddressAndLooksNothingUp(String typed) throws Exception {
        try (LoginSite site = LoginSite.start()) {
            assertThat(site.ask(new MockHttpSession(), typed).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=invalid");
            assertThat(site.accounts.lookedUp).isEmpty();
        }
    }

    @Test
    void boundsAUsernameThatIsNoAddress() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.addresses(new Directory()))) {
            for (String typed : List.of("", "a\u0000b", "a".repeat(321))) {
                assertThat(site.ask(new MockHttpSession(), typed).getRedirectedUrl())
                        .isEqualTo("/sign-in?error=invalid");
            }
            assertThat(site.accounts.lookedUp).isEmpty();
        }
    }

    @Test
    void otherRefusalsLookAlike() throws Exception {
        try (LoginSite site = LoginSite.managed(builder ->
                builder.recipientFilter(recipient -> !recipient.address().startsWith("+966")))) {
            site.email.failWith(DeliveryFailure.Kind.UNAVAILABLE);

            assertThat(site.ask(new MockHttpSession(), ACTIVE).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=not-sent");
            assertThat(site.ask(new MockHttpSession(), OTHER).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=not-sent");
        }
    }

    @Test
    void aStoreThatCannotAnswerIs503AtBothSteps() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.store.failWith(FaultyStore.Fault.UNAVAILABLE);

            for (MockHttpServletResponse answer :
                    List.of(site.ask(session, ACTIVE), site.type(session, site.sms.lastCode()))) {
                assertThat(answer.getStatus()).isEqualTo(503);
                assertThat(answer.getForwardedUrl()).isEqualTo("/sign-in?error=unavailable");
            }
            assertThat(loggedIn(session)).isNull();
            assertThat(site.springEvents(AuthenticationFailureServiceExceptionEvent.class))
                    .hasSize(1);

            site.store.recover();
            site.type(session, site.sms.lastCode());
            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    @Test
    void aStoreThatCannotAnswerIsAShortTextWithoutAPage() throws Exception {
        try (LoginSite site = LoginSite.withSpringPages()) {
            site.store.failWith(FaultyStore.Fault.UNAVAILABLE);

            MockHttpServletResponse answer = site.ask(new MockHttpSession(), ACTIVE);

            assertThat(answer.getStatus()).isEqualTo(503);
            assertThat(answer.getContentAsString())
                    .isEqualTo("The log-in is not available at the moment. Please try again later.");
        }
    }

    @Test
    void aCodeWorksOnlyInTheSessionThatRequestedIt() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            MockHttpSession another = new MockHttpSession();
            site.ask(session, ACTIVE);
            String code = site.sms.lastCode();
            site.ask(another, ACTIVE);

            assertThat(site.type(another, code).getRedirectedUrl()).contains("error=wrong");
            assertThat(site.type(new MockHttpSession(), code).getRedirectedUrl())
                    .isEqualTo(CODE_PAGE + "?error=none");
            site.type(session, code);

            assertThat(authorities(session)).contains("FACTOR_OTT");
            assertThat(loggedIn(another)).isNull();
        }
    }

    @Test
    void theSessionGetsAnotherIdAtTheLogIn() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            String before = session.getId();
            site.ask(session, ACTIVE);
            assertThat(session.getId()).isEqualTo(before);

            site.type(session, site.sms.lastCode());

            assertThat(session.getId()).isNotEqualTo(before);
        }
    }

    @Test
    void theLastUsernameOfASessionCounts() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.ask(session, OTHER);

            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .contains("error=wrong");
            // Too soon for another code, but the code that was sent before is right again.
            assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).contains("error=too-soon");
            site.type(session, site.sms.lastCode());

            assertThat(loggedIn(session)).extracting(Authentication::getName).isEqualTo(ACTIVE);
        }
    }

    @Test
    void aFailureIsPublishedWithoutTheCode() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            String wrong = site.sms.wrongCode();
            site.type(session, wrong);

            AuthenticationFailureBadCredentialsEvent event = site.springEvents(
                            AuthenticationFailureBadCredentialsEvent.class)
                    .get(0);

            assertThat(event.getAuthentication().getName()).isEqualTo(ACTIVE);
            assertThat(event.getAuthentication().getCredentials()).isNull();
            assertThat(event.getAuthentication().toString() + event.getException())
                    .doesNotContain(wrong, ACTIVE, session.getId());
        }
    }

    @Test
    void aRequestHasTheAddressAndTheLanguageOfTheBrowser() throws Exception {
        try (LoginSite site =
                LoginSite.managed(builder -> builder.clientSendLimit(RateLimit.of(1, Duration.ofHours(1))))) {
            site.perform(post("/ott/generate")
                    .param("username", ACTIVE)
                    .locale(Locale.forLanguageTag("ar"))
                    .with(csrf()));
            assertThat(site.sms.last().locale()).isEqualTo(Locale.forLanguageTag("ar"));

            assertThat(site.ask(new MockHttpSession(), OTHER).getRedirectedUrl())
                    .contains("error=limited");
            assertThat(site.perform(post("/ott/generate")
                                    .param("username", OTHER)
                                    .with(request -> {
                                        request.setRemoteAddr("203.0.113.9");
                                        return request;
                                    })
                                    .with(csrf()))
                            .getRedirectedUrl())
                    .contains("?sent");
        }
    }

    @Test
    void anApplicationChangesTheRequestButNotItsPurposeAndBinding() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.purpose("admin")
                .request((request, http) ->
                        request.locale(Locale.FRENCH).purpose("other").boundTo("other")))) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);

            assertThat(site.sms.last().locale()).isEqualTo(Locale.FRENCH);
            assertThat(site.sms.last().purpose()).isEqualTo("admin");
            site.type(session, site.sms.lastCode());
            assertThat(authorities(session)).contains("FACTOR_OTT");
            assertThat(site.events)
                    .filteredOn(OtpEvent.Verified.class::isInstance)
                    .hasSize(1);
        }
    }

    @Test
    void aCodeForAnotherPurposeDoesNotLogIn() throws Exception {
        OtpManager[] manager = new OtpManager[1];
        try (CaffeineOtpStore store = CaffeineOtpStore.create();
                LoginSite site = LoginSite.managed(builder -> {
                    manager[0] = builder.store(store).build();
                })) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, UNKNOWN);
            manager[0].send(OtpRequest.to(ACTIVE).purpose("payment").boundTo(session.getId()));

            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .contains("error=wrong");
        }
    }

    @Test
    void refusesPagesAndPurposesThatCannotWork() {
        try (LoginSite site = LoginSite.start()) {
            OtpLogin login = OtpLogin.create(
                    OtpManager.builder()
                            .appName("Acme")
                            .store(site.store)
                            .channel(site.sms)
                            .build(),
                    site.accounts);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> login.codePage("code"))
                    .withMessage("codePage must begin with /, but was code");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> login.loginPage("https://acme.example/sign-in"))
                    .withMessageContaining("loginPage");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> login.defaultRegion("Arabia"))
                    .withMessageContaining("Arabia");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> login.purpose(""))
                    .withMessageContaining("purpose");
            assertThat(login.defaultRegion("SA")).isNotNull();
        }
    }

    @Test
    void theAccountOfTheResultIsTheOneThatWasLoaded() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.type(session, site.sms.lastCode());

            Authentication authentication = loggedIn(session);
            assertThat(authentication).isNotNull();
            assertThat(authentication.getPrincipal()).isInstanceOf(User.class);
            assertThat(authentication.getCredentials()).isNull();
        }
    }
}
