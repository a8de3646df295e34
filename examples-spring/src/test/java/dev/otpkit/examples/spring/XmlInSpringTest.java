package dev.otpkit.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * Shows that {@link TwilioInSpringTest} can fail. Runs apart, with jackson-dataformat-xml, which Twilio's library asks
 * for.
 */
@Tag("xml")
class XmlInSpringTest {

    @Test
    void aBrowserGetsXml() throws Exception {
        try (ServletWebServerApplicationContext application = WebApplication.start()) {
            HttpResponse<String> answer = WebApplication.asABrowser(WebApplication.url(application, "/me"));

            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/xhtml+xml");
            assertThat(answer.body()).isEqualTo("<Person><name>Huda</name><age>30</age></Person>");
        }
    }
}
