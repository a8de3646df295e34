package dev.otpkit.spring.security;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.SendResult.Refused.Reason;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spring.security.OtpAccounts.Account;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ott.GenerateOneTimeTokenRequest;
import org.springframework.security.authentication.ott.OneTimeToken;
import org.springframework.security.authentication.ott.OneTimeTokenAuthenticationToken;
import org.springframework.security.authentication.ott.OneTimeTokenService;

/**
 * Sends codes. A refusal and a failure of the store or of the user service are tokens: the filter above it catches
 * nothing.
 */
final class OtpTokenService implements OneTimeTokenService {
    private final OtpManager otp;
    private final OtpAccounts accounts;

    OtpTokenService(OtpManager otp, OtpAccounts accounts) {
        this.otp = otp;
        this.accounts = accounts;
    }

    @Override
    public OneTimeToken generate(GenerateOneTimeTokenRequest request) {
        SendTokenRequest known = (SendTokenRequest) request;
        try {
            return send(known);
        } catch (OtpStoreException | AuthenticationServiceException e) {
            // It is logged where it was thrown.
            return new SentToken(known, null, null);
        }
    }

    private SentToken send(SendTokenRequest known) {
        if (known.possible().isEmpty()) {
            return new SentToken(known, otp.send(known.complete(OtpRequest.to(""))), null);
        }
        Account account = accounts.find(known.getUsername());
        String address = account.address();
        SendResult result = accounts.isActive(account)
                ? otp.send(known.complete(OtpRequest.to(address)))
                : sendDecoy(known, address);
        // An account whose address gets no message has a decoy, as a username without an account has.
        if (isRejected(result)) {
            result = sendDecoy(known, address);
        }
        if (isUnreachable(result) && !account.unknown().equals(address)) {
            address = account.unknown();
            result = sendDecoy(known, address);
        }
        if (isRefused(result, Reason.OPTED_OUT)) {
            address = OtpAccounts.nobodys(known.getUsername());
            result = sendDecoy(known, address);
        }
        return new SentToken(known, result, address.equals(account.address()) ? null : address);
    }

    private SendResult sendDecoy(SendTokenRequest known, String address) {
        // A decoy at last, so that the application's change cannot undo it.
        return otp.send(known.complete(OtpRequest.to(address)).decoy());
    }

    private static boolean isRejected(SendResult result) {
        return result instanceof SendResult.Undelivered undelivered
                && undelivered.failures().stream()
                        .map(DeliveryFailure::kind)
                        .anyMatch(kind -> kind == DeliveryFailure.Kind.RECIPIENT_REJECTED
                                || kind == DeliveryFailure.Kind.OPTED_OUT);
    }

    private static boolean isUnreachable(SendResult result) {
        return isRefused(result, Reason.INVALID_RECIPIENT)
                || isRefused(result, Reason.NOT_ALLOWED)
                || isRefused(result, Reason.NO_CHANNEL)
                || isRefused(result, Reason.OPTED_OUT);
    }

    private static boolean isRefused(SendResult result, Reason reason) {
        return result instanceof SendResult.Refused refused && refused.reason() == reason;
    }

    /** Returns null, an invalid token: {@link OtpAuthenticationProvider} alone verifies codes. */
    @Override
    public @Nullable OneTimeToken consume(OneTimeTokenAuthenticationToken token) {
        return null;
    }
}
