package dev.otpkit.spring.security;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The log-in of the page. */
@Configuration(proxyBeanMethods = false)
class LoginConfiguration {
    @Bean
    SecurityFilterChain security(HttpSecurity http, OtpLogin otpLogin) {
        OtpLogin login = otpLogin.loginPage("/sign-in").codePage("/sign-in/code");
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/sign-in", "/sign-in/code")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oneTimeTokenLogin(login::customize)
                .build();
    }
}
