package dev.otpkit.spring.security;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.authorization.EnableMultiFactorAuthentication;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.web.SecurityFilterChain;

/** The second factor of the page. */
@Configuration(proxyBeanMethods = false)
@EnableMultiFactorAuthentication(
        authorities = {FactorGrantedAuthority.PASSWORD_AUTHORITY, FactorGrantedAuthority.OTT_AUTHORITY})
class SecondFactorConfiguration {
    @Bean
    SecurityFilterChain security(HttpSecurity http, OtpLogin otpLogin) {
        OtpLogin secondFactor = otpLogin.loginPage("/second-factor").codePage("/second-factor/code");
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers("/password", "/second-factor", "/second-factor/code")
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .formLogin(form -> form.loginPage("/password"))
                .oneTimeTokenLogin(secondFactor::customize)
                .build();
    }
}
