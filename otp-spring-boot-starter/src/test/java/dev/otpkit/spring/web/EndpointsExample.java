package dev.otpkit.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The application of the page on endpoints: its accounts are activated by a code. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
class EndpointsExample {

    /** The accounts, by address. */
    static final class Accounts {
        private final Set<String> inactive = ConcurrentHashMap.newKeySet();
        private final Set<String> active = ConcurrentHashMap.newKeySet();

        void add(String address) {
            inactive.add(address);
        }

        boolean exists(String address) {
            return inactive.contains(address) || active.contains(address);
        }

        void activate(String address) {
            if (inactive.remove(address)) {
                active.add(address);
            }
        }

        boolean isActive(String address) {
            return active.contains(address);
        }
    }

    @Bean
    Accounts accounts() {
        return new Accounts();
    }

    @Bean
    OtpVerifiedHandler activation(Accounts accounts) {
        return (request, verified, details) ->
                accounts.activate(verified.recipient().address());
    }

    @Bean
    OtpWebRecipients accountsOnly(Accounts accounts) {
        return (recipient, purpose) -> accounts.exists(recipient.address());
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) {
        http.authorizeHttpRequests(requests -> requests.requestMatchers("/otp/**", "/proof")
                .permitAll()
                .anyRequest()
                .authenticated());
        http.csrf(csrf -> csrf.ignoringRequestMatchers("/otp/webhooks/twilio").spa());
        return http.build();
    }

    @GetMapping("/proof")
    Map<String, String> proof(HttpServletRequest request) {
        VerifiedRecipient proof = VerifiedRecipient.in(request, "sign-up").orElseThrow();
        return Map.of("address", proof.address());
    }
}
