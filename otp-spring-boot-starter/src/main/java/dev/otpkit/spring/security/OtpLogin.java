package dev.otpkit.spring.security;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.Recipient;
import dev.otpkit.spi.SendGuard;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.ott.OneTimeTokenLoginConfigurer;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.authentication.ott.OneTimeTokenAuthenticationFilter;

/**
 * A log-in with codes for one filter chain: {@code http.oneTimeTokenLogin(otpLogin::customize)}. A person types a
 * username, gets a code by SMS or email, types it, and is logged in, with the authority {@code FACTOR_OTT}.
 *
 * <p>Spring Boot makes a bean of this type, which no chain uses by itself. Immutable: each method returns a new log-in.
 * It sets every part of Spring Security's one-time-token log-in, so no bean of the application replaces one by chance:
 * the service, the resolver of requests, the converter, the provider and the handlers of both outcomes except success.
 *
 * <p>{@code POST /ott/generate} with the parameter {@code username} sends a code, and sends it again; {@code POST
 * /login/ott} with the parameter {@code token} verifies the code. Both need the CSRF token of the chain. Anyone who has
 * already logged in by another factor gets the code for that name, whatever the request says: the log-in is then the
 * second factor of {@code @EnableMultiFactorAuthentication}.
 *
 * <p>The answer is a redirect with parameters, the same for a username with and without an account. A username without
 * an active account gets a {@linkplain OtpRequest#decoy() decoy}, and so does an account whose address gets no message:
 * the provider rejects it, the recipient has opted out, or it is malformed, not allowed or without a channel. There are
 * exceptions to that likeness:
 *
 * <ul>
 *   <li>If usernames are addresses, a phone number that has opted out is {@code not-sent}, with and without an account,
 *       unless a channel and the recipient filter allow an email to {@code unreachable.invalid}: the number once got a
 *       message.
 *   <li>A number that the provider rejects takes two sends, one of them a decoy. It needs the time of both, and uses up
 *       the limits of the recipient and the client twice as fast.
 *   <li>For any such account the {@link SendGuard} may be asked twice. One that accepts a proof only once makes the
 *       answer {@code proof} or {@code not-sent}.
 * </ul>
 *
 * <table>
 *   <caption>Redirects</caption>
 *   <tr><th>page</th><th>parameters</th><th>meaning</th></tr>
 *   <tr><td>code page</td><td>{@code sent}, {@code wait}</td><td>a code was sent; the next one may be in that many
 *     seconds</td></tr>
 *   <tr><td>code page</td><td>{@code error=too-soon}, {@code wait}</td><td>a code was sent a moment ago</td></tr>
 *   <tr><td>code page</td><td>{@code error=wrong}, {@code left}</td><td>a wrong code, and the attempts left</td></tr>
 *   <tr><td>code page</td><td>{@code error=malformed}</td><td>a text that cannot be a code</td></tr>
 *   <tr><td>code page</td><td>{@code error=expired}, {@code attempts} or {@code none}</td><td>no code can be right any
 *     more: expired, too many wrong ones, or none pending in this session</td></tr>
 *   <tr><td>either</td><td>{@code error=locked} or {@code limited}, {@code wait}</td><td>too many wrong codes, or too
 *     many requests</td></tr>
 *   <tr><td>log-in page</td><td>{@code error=invalid}</td><td>the typed text cannot be a username</td></tr>
 *   <tr><td>log-in page</td><td>{@code error=proof}</td><td>the {@link SendGuard} wants a proof with the next request,
 *     such as that of a CAPTCHA; see {@link #request}</td></tr>
 *   <tr><td>log-in page</td><td>{@code error=not-sent}</td><td>no message was sent for another reason</td></tr>
 *   <tr><td>log-in page</td><td>{@code error=account}</td><td>the code was right, but the account may not log in: it
 *     was locked or disabled or has expired since the code was sent, or has too many sessions</td></tr>
 * </table>
 *
 * <p>Without the store, or if the user service cannot answer, the answer is the application's log-in page with
 * {@code error=unavailable} and the status 503, or a short text if it has none. Later versions may add values of
 * {@code error}.
 *
 * <p>A code is bound to the session in which it was requested, and works there alone. After a success Spring Security
 * changes the id of the session.
 */
public final class OtpLogin {
    // Not a Customizer: Spring Security applies each bean that is one to all filter chains.

    private static final String DEFAULT_PURPOSE = "login";
    private static final String SPRING_LOGIN_PAGE = "/login";
    private static final String SPRING_CODE_PAGE = "/login/ott";

    private final OtpManager otp;
    private final UserDetailsService users;
    private final SecurityContextHolderStrategy contexts;
    private final Settings settings;

    private OtpLogin(
            OtpManager otp, UserDetailsService users, SecurityContextHolderStrategy contexts, Settings settings) {
        this.otp = otp;
        this.users = users;
        this.contexts = contexts;
        this.settings = settings;
    }

    private record Settings(
            @Nullable OtpAddresses addresses,
            @Nullable String defaultRegion,
            String purpose,
            @Nullable String loginPage,
            @Nullable String codePage,
            BiFunction<OtpRequest, HttpServletRequest, OtpRequest> request,
            InstantSource clock) {}

    /**
     * Returns a log-in whose usernames are phone numbers or email addresses.
     *
     * @param otp sends and verifies the codes
     * @param users loads the accounts; called at each send and each log-in with a username, and called with a phone
     *     number or an email address in {@linkplain Recipient#address() canonical form}
     * @return a log-in with the defaults
     */
    public static OtpLogin create(OtpManager otp, UserDetailsService users) {
        return create(otp, users, SecurityContextHolder.getContextHolderStrategy());
    }

    static OtpLogin create(OtpManager otp, UserDetailsService users, SecurityContextHolderStrategy contexts) {
        return new OtpLogin(
                Objects.requireNonNull(otp, "otp must not be null"),
                Objects.requireNonNull(users, "users must not be null"),
                contexts,
                new Settings(
                        null, null, DEFAULT_PURPOSE, null, null, (request, http) -> request, InstantSource.system()));
    }

    /**
     * Returns a log-in whose usernames are not addresses. They are looked up as typed, without blanks around them.
     *
     * @param addresses the addresses of the accounts; by default a username is the address
     * @return a new log-in
     */
    public OtpLogin addresses(OtpAddresses addresses) {
        Objects.requireNonNull(addresses, "addresses must not be null");
        return with(new Settings(
                addresses,
                settings.defaultRegion,
                settings.purpose,
                settings.loginPage,
                settings.codePage,
                settings.request,
                settings.clock));
    }

    /**
     * Returns a log-in that reads typed phone numbers without a country code as numbers of a country: with {@code SA},
     * the account of {@code 0501234567} is that of {@code +966501234567}. It has no effect with
     * {@link #addresses(OtpAddresses)}.
     *
     * @param defaultRegion an ISO 3166 code; by default that of the property {@code otpkit.default-region}, in a log-in
     *     that Spring Boot made, or else none
     * @return a new log-in
     * @throws IllegalArgumentException if the region is unknown
     */
    public OtpLogin defaultRegion(String defaultRegion) {
        Objects.requireNonNull(defaultRegion, "defaultRegion must not be null");
        try {
            Recipient.phone("+0", defaultRegion);
        } catch (InvalidRecipientException e) {
            // The text is no number. An unknown region has another exception, which is what is asked here.
        }
        return with(new Settings(
                settings.addresses,
                defaultRegion,
                settings.purpose,
                settings.loginPage,
                settings.codePage,
                settings.request,
                settings.clock));
    }

    /**
     * Returns a log-in with a purpose of its codes: a code for another purpose does not log in. It names the policy,
     * too. Two chains of one application need two purposes.
     *
     * @param purpose 1 to 64 characters without controls; {@code login} by default
     * @return a new log-in
     * @throws IllegalArgumentException if the purpose is out of range
     */
    public OtpLogin purpose(String purpose) {
        OtpRequest.to("").purpose(purpose);
        return with(new Settings(
                settings.addresses,
                settings.defaultRegion,
                purpose,
                settings.loginPage,
                settings.codePage,
                settings.request,
                settings.clock));
    }

    /**
     * Returns a log-in with the application's page that asks for the username. As a second factor it is the page that
     * offers to send the code. The chain must permit it to anyone.
     *
     * @param loginPage a path within the application that begins with a slash; by default {@code /login}, which Spring
     *     Security makes
     * @return a new log-in
     * @throws IllegalArgumentException if the path does not begin with a slash
     */
    public OtpLogin loginPage(String loginPage) {
        return with(new Settings(
                settings.addresses,
                settings.defaultRegion,
                settings.purpose,
                path("loginPage", loginPage),
                settings.codePage,
                settings.request,
                settings.clock));
    }

    /**
     * Returns a log-in with the application's page that asks for the code. The chain must permit it to anyone. Give its
     * field {@code autocomplete="one-time-code"} and {@code inputmode="numeric"}.
     *
     * @param codePage a path within the application that begins with a slash; by default {@code /login/ott}, a plain
     *     page that Spring Security makes: it shows no error, and is for a first try
     * @return a new log-in
     * @throws IllegalArgumentException if the path does not begin with a slash
     */
    public OtpLogin codePage(String codePage) {
        return with(new Settings(
                settings.addresses,
                settings.defaultRegion,
                settings.purpose,
                settings.loginPage,
                path("codePage", codePage),
                settings.request,
                settings.clock));
    }

    /**
     * Returns a log-in that changes each request to send a code: its locale, its channels, the client address or the
     * proof. The locale is that of the browser and the client address that of the connection if it does not. Purpose
     * and binding are set after it, and a username without an active account gets a decoy whatever it returns. It must
     * not add details.
     *
     * @param request returns a change of the given request, never a request to another recipient: no code to that one
     *     would be right. Called by several threads at once, for usernames with and without an account; it must not
     *     throw
     * @return a new log-in
     */
    public OtpLogin request(BiFunction<OtpRequest, HttpServletRequest, OtpRequest> request) {
        Objects.requireNonNull(request, "request must not be null");
        return with(new Settings(
                settings.addresses,
                settings.defaultRegion,
                settings.purpose,
                settings.loginPage,
                settings.codePage,
                request,
                settings.clock));
    }

    /**
     * Returns a log-in with the clock of the manager, for the seconds that a page shows.
     *
     * @param clock the clock given to {@link OtpManager.Builder#clock}; the system's by default
     * @return a new log-in
     */
    public OtpLogin clock(InstantSource clock) {
        Objects.requireNonNull(clock, "clock must not be null");
        return with(new Settings(
                settings.addresses,
                settings.defaultRegion,
                settings.purpose,
                settings.loginPage,
                settings.codePage,
                settings.request,
                clock));
    }

    /**
     * Configures a one-time-token log-in, as the customizer that {@code HttpSecurity.oneTimeTokenLogin} calls. A later
     * setting of the application replaces that part, such as {@code defaultSuccessUrl}, {@code tokenGeneratingUrl} or
     * {@code loginProcessingUrl}. The token service, the resolver, the converter, the provider and the handlers belong
     * together: do not replace one of them.
     *
     * @param login the log-in of one chain
     */
    public void customize(OneTimeTokenLoginConfigurer<HttpSecurity> login) {
        OtpAccounts accounts = new OtpAccounts(users, settings.addresses, settings.defaultRegion);
        LoginSession session = new LoginSession(contexts, settings.purpose);
        LoginRedirects redirects = new LoginRedirects(
                session,
                Objects.requireNonNullElse(settings.loginPage, SPRING_LOGIN_PAGE),
                settings.loginPage != null,
                Objects.requireNonNullElse(settings.codePage, SPRING_CODE_PAGE),
                settings.clock);
        login.tokenService(new OtpTokenService(otp, accounts))
                .generateRequestResolver(
                        new SendTokenRequestResolver(accounts, session, settings.purpose, settings.request))
                .tokenGenerationSuccessHandler(redirects)
                .authenticationConverter(new OtpAuthenticationConverter(session))
                .authenticationProvider(new OtpAuthenticationProvider(otp, accounts, settings.purpose))
                .failureHandler(redirects);
        if (settings.loginPage != null) {
            // First: a log-in page becomes the URL that verifies the code if none is set.
            login.loginProcessingUrl(OneTimeTokenAuthenticationFilter.DEFAULT_LOGIN_PROCESSING_URL);
            login.loginPage(settings.loginPage);
        }
        if (settings.codePage != null) {
            login.showDefaultSubmitPage(false);
        }
    }

    private OtpLogin with(Settings changed) {
        return new OtpLogin(otp, users, contexts, changed);
    }

    private static String path(String name, String path) {
        Objects.requireNonNull(path, name + " must not be null");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(name + " must begin with /, but was " + path);
        }
        return path;
    }
}
