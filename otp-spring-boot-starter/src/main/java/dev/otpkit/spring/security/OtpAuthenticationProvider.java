package dev.otpkit.spring.security;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpStoreException;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spring.security.OtpAccounts.Account;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ott.OneTimeTokenAuthentication;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;

/** Verifies a typed code, and only then checks the account: nobody else learns its status. */
final class OtpAuthenticationProvider implements AuthenticationProvider {
    private final OtpManager otp;
    private final OtpAccounts accounts;
    private final String purpose;

    OtpAuthenticationProvider(OtpManager otp, OtpAccounts accounts, String purpose) {
        this.otp = otp;
        this.accounts = accounts;
        this.purpose = purpose;
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return OtpAuthenticationToken.class.isAssignableFrom(authentication);
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        OtpAuthenticationToken typed = (OtpAuthenticationToken) authentication;
        if (typed.getPrincipal() == null || typed.binding() == null) {
            throw CodeRejectedException.badCredentials(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        }
        Account account = accounts.find(typed.getName());
        VerifyRequest request = VerifyRequest.of(
                        Objects.requireNonNullElse(typed.decoyAddress(), account.address()), typed.code())
                .purpose(purpose)
                .boundTo(typed.binding());
        String client = typed.clientAddress();
        VerifyResult result = verify(client == null ? request : request.clientAddress(client));
        if (result instanceof VerifyResult.Rejected rejected) {
            throw CodeRejectedException.badCredentials(rejected);
        }
        if (result.isVerified() && account.status() != null) {
            throw account.status();
        }
        UserDetails user = account.user();
        if (!result.isVerified() || user == null || typed.decoyAddress() != null) {
            // The account has gone since the code was sent, or the code was not sent to it.
            throw CodeRejectedException.badCredentials(VerifyResult.Rejected.Reason.NO_PENDING_CODE);
        }
        accounts.check(user);
        Set<GrantedAuthority> authorities = new HashSet<>(user.getAuthorities());
        authorities.add(FactorGrantedAuthority.fromAuthority(FactorGrantedAuthority.OTT_AUTHORITY));
        // Spring Security merges factors only if the class of the result itself declares toBuilder, as this one does.
        OneTimeTokenAuthentication authenticated = new OneTimeTokenAuthentication(user, authorities);
        authenticated.setDetails(typed.getDetails());
        return authenticated;
    }

    private VerifyResult verify(VerifyRequest request) {
        try {
            return otp.verify(request);
        } catch (OtpStoreException e) {
            throw new AuthenticationServiceException("The code could not be verified: the store cannot answer", e);
        }
    }
}
