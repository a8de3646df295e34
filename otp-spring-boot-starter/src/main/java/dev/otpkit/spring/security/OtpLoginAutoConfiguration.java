package dev.otpkit.spring.security;

import dev.otpkit.OtpManager;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.configurers.ott.OneTimeTokenLoginConfigurer;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of the log-in with codes in Spring Security: a bean {@link OtpLogin} for the application's own
 * filter chain, which it does not change. There is none beside several managers of which none is primary.
 */
@AutoConfiguration(
        afterName = {
            "dev.otpkit.spring.OtpAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({OneTimeTokenLoginConfigurer.class, SecurityFilterChain.class})
@ConditionalOnSingleCandidate(OtpManager.class)
public final class OtpLoginAutoConfiguration {
    OtpLoginAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(UserDetailsService.class)
    OtpLogin otpLogin(
            OtpManager otp,
            UserDetailsService users,
            ObjectProvider<OtpAddresses> addresses,
            ObjectProvider<SecurityContextHolderStrategy> contexts,
            ObjectProvider<InstantSource> clock,
            Environment environment) {
        OtpLogin login =
                OtpLogin.create(otp, users, contexts.getIfUnique(SecurityContextHolder::getContextHolderStrategy));
        String region = environment.getProperty("otpkit.default-region");
        if (StringUtils.hasText(region)) {
            login = login.defaultRegion(region);
        }
        InstantSource time = clock.getIfUnique();
        if (time != null) {
            login = login.clock(time);
        }
        // Fails if there are several: to fall back to the username would send codes to another address.
        OtpAddresses source = addresses.getIfAvailable();
        return source == null ? login : login.addresses(source);
    }
}
