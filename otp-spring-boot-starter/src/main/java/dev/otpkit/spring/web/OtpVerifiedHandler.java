package dev.otpkit.spring.web;

import dev.otpkit.VerifyResult;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;

/**
 * The application's action after {@code /otp/verify} has accepted a code, such as to activate an account. All beans of
 * this type are called, in their order, on the thread of the request, before the client has its answer. Then, if
 * {@code otpkit.web.bind-to-session} is true, the session holds a {@link VerifiedRecipient}.
 *
 * <p>The code is used up by then. If a handler throws an exception, the request fails with it, later handlers are not
 * called, and the session holds no new {@link VerifiedRecipient}: the person needs another code.
 */
@FunctionalInterface
public interface OtpVerifiedHandler {
    /**
     * Takes note of a success.
     *
     * @param request the request to {@code /otp/verify}; its session already has a new id if it has one
     * @param verified the proven recipient, the purpose and the time; rely on this recipient and on no address that the
     *     client sent
     * @param details the details that the code was sent with and that the person saw, by name; immutable, usually
     *     empty. Compare them with the action that is about to be done, such as the amount of a payment
     */
    void onVerified(HttpServletRequest request, VerifyResult.Verified verified, Map<String, String> details);
}
