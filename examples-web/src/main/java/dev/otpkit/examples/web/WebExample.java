package dev.otpkit.examples.web;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/** A web application with a sign-up, a log-in and a payment, each with a code. */
@SpringBootApplication
public class WebExample {
    /**
     * Starts the application.
     *
     * @param args passed to Spring
     */
    public static void main(String... args) {
        SpringApplication.run(WebExample.class, args);
    }

    @EventListener
    void printAddress(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            System.out.println("Open http://localhost:" + event.getWebServer().getPort() + " (Ctrl+C ends it)");
        }
    }
}
