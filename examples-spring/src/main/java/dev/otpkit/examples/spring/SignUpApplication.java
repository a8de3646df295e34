package dev.otpkit.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The smallest web application that confirms an address with a code. */
@SpringBootApplication
public class SignUpApplication {
    /**
     * Starts the application.
     *
     * @param args passed to Spring
     */
    public static void main(String... args) {
        SpringApplication.run(SignUpApplication.class, args);
    }
}
