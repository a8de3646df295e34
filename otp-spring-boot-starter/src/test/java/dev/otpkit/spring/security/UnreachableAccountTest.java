package dev.otpkit.spring.security;

import static dev.otpkit.spring.security.LoginSite.ACTIVE;
import static dev.otpkit.spring.security.LoginSite.UNKNOWN;
import static dev.otpkit.spring.security.LoginSite.authorities;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpSecret;
import dev.otpkit.RateLimit;
import dev.otpkit.spi.DeliveryFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.core.userdetails.UserDetails;

/** An account whose address gets no message has the answers of a username without an account, at both steps. */
class UnreachableAccountTest {
    @ParameterizedTest
    @EnumSource(
            value = DeliveryFailure.Kind.class,
            names = {"RECIPIENT_REJECTED", "OPTED_OUT"})
    void aNumberThatTheProviderRejects(DeliveryFailure.Kind failure) throws Exception {
        List<String> unknown = visit(UNKNOWN, failure, builder -> {}, UnaryOperator.identity());

        assertThat(visit(ACTIVE, failure, builder -> {}, UnaryOperator.identity()))
                .isEqualTo(unknown);
    }

    @ParameterizedTest
    @EnumSource(
            value = DeliveryFailure.Kind.class,
            names = {"RECIPIENT_REJECTED", "OPTED_OUT"})
    void aNumberOfANameThatTheProviderRejects(DeliveryFailure.Kind failure) throws Exception {
        UnaryOperator<OtpLogin> change = login -> login.addresses(new Directory(ACTIVE));

        assertThat(visit("huda", failure, builder -> {}, change))
                .isEqualTo(visit("nobody", failure, builder -> {}, change));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not an address", "", "huda@elsewhere.example", ACTIVE})
    void anAddressOfANameThatCannotBeSentTo(String address) throws Exception {
        UnaryOperator<OtpLogin> change =
                login -> login.addresses(new Directory(address)).request((request, http) -> request.via("email"));
        Consumer<OtpManager.Builder> filter = builder ->
                builder.recipientFilter(recipient -> !recipient.address().endsWith("@elsewhere.example"));

        assertThat(visit("huda", null, filter, change)).isEqualTo(visit("nobody", null, filter, change));
    }

    /** A look-up that is lenient finds an account by a mailbox that is not its own. */
    @Test
    void anAccountWhoseNameIsNoAddress() throws Exception {
        List<String> unknown = visit("nobody@example.com", null, builder -> {}, UnaryOperator.identity());

        assertThat(visit("old@example.com", null, builder -> {}, UnaryOperator.identity()))
                .isEqualTo(unknown);
    }

    /** The remainder that the page names: no channel is left that could play the delivery to another address. */
    @Test
    void aNumberThatHasOptedOutIsSeenWhereNothingButSmsIsSent() throws Exception {
        try (LoginSite site = LoginSite.changed(login -> login.request((request, http) -> request.via("sms")))) {
            site.sms.failWith(DeliveryFailure.Kind.OPTED_OUT);

            assertThat(site.ask(new MockHttpSession(), ACTIVE).getRedirectedUrl())
                    .isEqualTo("/sign-in?error=not-sent");
        }
    }

    @Test
    void theSameAddressIsRefusedAlikeWithAndWithoutAnAccount() throws Exception {
        Consumer<OtpManager.Builder> filter = builder ->
                builder.recipientFilter(recipient -> !recipient.address().startsWith("+966"));
        try (LoginSite site = LoginSite.managed(filter)) {
            for (String username : List.of(ACTIVE, UNKNOWN)) {
                assertThat(site.ask(new MockHttpSession(), username).getRedirectedUrl())
                        .isEqualTo("/sign-in?error=not-sent");
            }
        }
    }

    @Test
    void theAddressOfAnAccountLogsInAsSoonAsItCanBeReached() throws Exception {
        for (DeliveryFailure.Kind failure :
                List.of(DeliveryFailure.Kind.RECIPIENT_REJECTED, DeliveryFailure.Kind.OPTED_OUT)) {
            OtpManager[] manager = new OtpManager[1];
            try (LoginSite site = LoginSite.managed(
                    builder -> manager[0] = builder.secret(OtpSecret.random()).build())) {
                MockHttpSession session = new MockHttpSession();
                site.sms.failWith(failure);
                site.ask(session, ACTIVE);
                site.ask(session, ACTIVE);
                site.sms.recover();
                manager[0].optIn(ACTIVE, "sms");
                site.clock.advance(Duration.ofSeconds(30));

                assertThat(site.ask(session, ACTIVE).getRedirectedUrl()).isEqualTo("/sign-in/code?sent&wait=30");
                site.type(session, site.sms.lastCode());

                assertThat(authorities(session)).contains("FACTOR_OTT");
            }
        }
    }

    /** Returns the redirects of both steps, until the username is locked. */
    private static List<String> visit(
            String username,
            DeliveryFailure.@Nullable Kind failure,
            Consumer<OtpManager.Builder> manager,
            UnaryOperator<OtpLogin> change)
            throws Exception {
        OtpPolicy policy = OtpPolicy.builder()
                .failureLimit(RateLimit.of(7, Duration.ofHours(1)))
                .build();
        Consumer<OtpManager.Builder> all = manager.andThen(builder -> builder.policy("login", policy));
        try (LoginSite site = LoginSite.start(all, change, LoginSite.Login.class)) {
            site.accounts.put(LoginSite.Accounts.user("huda").build());
            site.accounts.alias("old@example.com", "huda");
            if (failure != null) {
                site.sms.failWith(failure);
            }
            MockHttpSession session = new MockHttpSession();
            List<String> seen = new ArrayList<>();
            seen.add(site.ask(session, username).getRedirectedUrl());
            seen.add(site.ask(session, username).getRedirectedUrl());
            seen.add(site.type(session, "x").getRedirectedUrl());
            for (int i = 0; i < 6; i++) {
                seen.add(site.type(session, "123456").getRedirectedUrl());
            }
            site.clock.advance(Duration.ofMinutes(6));
            seen.add(site.type(session, "123456").getRedirectedUrl());
            seen.add(site.ask(session, username).getRedirectedUrl());
            for (int i = 0; i < 3; i++) {
                seen.add(site.type(session, "123456").getRedirectedUrl());
            }
            seen.add(site.ask(session, username).getRedirectedUrl());
            assertThat(seen).startsWith("/sign-in/code?sent&wait=30");
            assertThat(seen).anyMatch(url -> url.startsWith("/sign-in?error=locked"));
            assertThat(site.sms.messages()).isEmpty();
            assertThat(site.email.messages()).isEmpty();
            return seen;
        }
    }

    /** Names with one address for all. */
    private record Directory(String address) implements OtpAddresses {
        @Override
        public Optional<String> of(UserDetails user) {
            return Optional.of(address);
        }

        @Override
        public String ofUnknown(String username) {
            return username + "@unknown.invalid";
        }
    }
}
