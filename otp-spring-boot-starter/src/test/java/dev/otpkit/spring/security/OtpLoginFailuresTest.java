package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.OTHER;
import static dev.otpkit.spring.security.LoginSite.UNKNOWN;
import static dev.otpkit.spring.security.LoginSite.authorities;
import static dev.otpkit.spring.security.LoginSite.loggedIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.otpkit.OtpRequest;
import dev.otpkit.RateLimit;
import dev.otpkit.spi.SendGuard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.event.AuthenticationFailureServiceExceptionEvent;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** Exceptions of the application, and requests out of the ordinary, at both steps. */
class OtpLoginFailuresTest {

    @Test
    void aUserServiceThatThrowsTheStatusIsAnsweredLikeOneThatKnowsNobody() throws Exception {
        for (RuntimeException status : List.of(new LockedException("locked"), new DisabledException("disabled"))) {
            try (LoginSite site = LoginSite.start()) {
                site.accounts.failWith(ACTIVE, status);
                MockHttpSession session = new MockHttpSession();

                assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo("/sign-in/code?sent&wait=30");
                assertThat(site.type(session, "123456").getRedirectedUrl())
                        .isEqualTo("/sign-in/code?error=wrong&left=4");
                assertThat(site.sms.messages()).isEmpty();
            }
        }
    }

    @Test
    void anAccountThatTheUserServiceLocksMeanwhileShowsItAfterTheRightCodeAlone() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.accounts.failWith(ACTIVE, new LockedException("locked"));

            assertThat(site.type(session, site.sms.wrongCode()).getRedirectedUrl())
                    .isEqualTo("/sign-in/code?error=wrong&left=4");
            assertThat(site.type(session, site.sms.lastCode()).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=account");
            assertThat(loggedIn(session)).isNull();
        }
    }

    @Test
    void aSecondFactorShowsTheStatusOfTheUserServiceAfterTheRightCodeAlone() throws Exception {
        try (LoginSite site = LoginSite.with(LoginSite.SecondFactor.class)) {
            site.accounts.failWith(ACTIVE, new LockedException("locked"));
            MockHttpSession session = new MockHttpSession();

            assertThat(site.perform(password(post("/ott/generate"), session)).getRedirectedUrl())
                    .isEqualTo("/sign-in/code?sent&wait=30");
            assertThat(site.perform(password(post("/login/ott"), session).param("token", "123456"))
                            .getRedirectedUrl())
                    .isEqualTo("/sign-in/code?error=wrong&left=4");
        }
    }

    private static MockHttpServletRequestBuilder password(
            MockHttpServletRequestBuilder request, MockHttpSession session) {
        return request.session(session).with(user(ACTIVE)).with(csrf());
    }

    @Test
    void aUserServiceThatCannotAnswerIs503AtBothSteps() throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();
            site.ask(session, ACTIVE);
            site.accounts.failWith(ACTIVE, new IllegalStateException("no connection for " + ACTIVE));

            for (MockHttpServletResponse answer :
                    List.of(site.ask(session, ACTIVE), site.type(session, site.sms.lastCode()))) {
                assertThat(answer.getStatus()).isEqualTo(503);
                assertThat(answer.getForwardedUrl()).isEqualTo("/sign-in?error=unavailable");
            }
            assertThat(site.springEvents(AuthenticationFailureServiceExceptionEvent.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getException().getMessage())
                            .isEqualTo("The account could not be looked up"));
        }
    }

    @Test
    void aSourceOfAddressesThatCannotAnswerIs503() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.addresses(new OtpAddresses() {
            @Override
            public Optional<String> of(UserDetails user) {
                throw new IllegalStateException("no connection");
            }

            @Override
            public String ofUnknown(String username) {
                return username + "@unknown.invalid";
            }
        }))) {
            assertThat(site.ask(new MockHttpSession(), ACTIVE).getStatus()).isEqualTo(503);
        }
    }

    /** A proxy may pass on any text, and a server behind a Unix socket has none. */
    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "unix:",
                "x\u0000",
                "a client address that is longer than the sixty-four characters it may be" + ", and then some"
            })
    void anyClientAddressIsAnswered(@Nullable String client) throws Exception {
        try (LoginSite site = LoginSite.start()) {
            MockHttpSession session = new MockHttpSession();

            assertThat(site.perform(from(client, post("/ott/generate"), session).param("username", ACTIVE))
                            .getRedirectedUrl())
                    .isEqualTo("/sign-in/code?sent&wait=30");
            site.perform(from(client, post("/login/ott"), session).param("token", site.sms.lastCode()));

            assertThat(authorities(session)).contains("FACTOR_OTT");
        }
    }

    @Test
    void aClientAddressThatIsTooLongIsCounted() throws Exception {
        try (LoginSite site =
                LoginSite.managed(builder -> builder.clientSendLimit(RateLimit.of(1, Duration.ofHours(1))))) {
            for (String expected : List.of("/sign-in/code?sent&wait=30", "/sign-in?error=limited")) {
                String client = "x".repeat(65) + expected;
                assertThat(site.perform(from(client, post("/ott/generate"), new MockHttpSession())
                                        .param("username", ACTIVE))
                                .getRedirectedUrl())
                        .startsWith(expected);
            }
        }
    }

    private static MockHttpServletRequestBuilder from(
            @Nullable String client, MockHttpServletRequestBuilder request, MockHttpSession session) {
        return request.session(session).with(csrf()).with(http -> {
            http.setRemoteAddr(client);
            return http;
        });
    }

    @Test
    void anApplicationThatMakesANewRequestSendsNothingToANameWithoutAnActiveAccount() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.request(
                (request, http) -> OtpRequest.to(http.getParameter("username")).via("sms", "email")))) {
            for (String username : List.of(UNKNOWN, "disabled@example.com")) {
                assertThat(site.ask(new MockHttpSession(), username).getRedirectedUrl())
                        .isEqualTo("/sign-in/code?sent&wait=30");
            }
            assertThat(site.sms.messages()).isEmpty();
            assertThat(site.email.messages()).isEmpty();
        }
    }

    @Test
    void saysThatAProofIsRequiredWhetherThereIsAnAccountOrNot() throws Exception {
        try (LoginSite site = LoginSite.start(
                builder -> builder.sendGuard(send ->
                        send.proof().isPresent() ? SendGuard.Decision.ALLOW : SendGuard.Decision.PROOF_REQUIRED),
                login -> login.request((request, http) ->
                        http.getParameter("captcha") == null ? request : request.proof(http.getParameter("captcha"))),
                LoginSite.Login.class)) {
            for (String username : List.of(ACTIVE, OTHER, UNKNOWN)) {
                assertThat(site.ask(new MockHttpSession(), username).getRedirectedUrl())
                        .isEqualTo("/sign-in?error=proof");
                assertThat(site.perform(post("/ott/generate")
                                        .param("username", username)
                                        .param("captcha", "solved")
                                        .with(csrf()))
                                .getRedirectedUrl())
                        .isEqualTo("/sign-in/code?sent&wait=30");
            }
        }
    }
}
