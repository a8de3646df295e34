package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.testkit.FaultyStore;
import dev.otpkit.testkit.RecordingChannel;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpSession;

/**
 * Requests of one session that are served at once, where sessions are shared as Spring Session shares them: each
 * request has a copy, and at its end the attributes that it has set or removed are stored.
 */
class SharedSessionTest {
    private final RecordingChannel email = RecordingChannel.email();
    private final RecordingChannel sms = RecordingChannel.sms();
    private final OtpEndpoints endpoints = new OtpEndpoints(
            OtpManager.builder()
                    .appName("Acme")
                    .secret(OtpSecret.random())
                    .store(FaultyStore.create())
                    .channel(email)
                    .channel(sms)
                    .build(),
            new OtpWebProperties(
                    true, "/otp", true, List.of("default"), List.of(), new OtpWebProperties.Twilio(null, null)),
            new OtpEndpoints.Recipients(null, (recipient, purpose) -> true),
            StandInLifetimes.from(new MockEnvironment()),
            List.of(),
            InstantSource.system());

    private final MockHttpSession stored = new MockHttpSession();

    @Test
    void parallelSendsKeepBothCodes() {
        sendAtOnceAndVerify();
    }

    @Test
    void parallelSendsOfASessionThatHasACodeKeepAllCodes() {
        MockHttpSession first = copy();
        send(first, "first@example.com");
        String code = email.lastCode();
        store(first);

        sendAtOnceAndVerify();

        assertThat(verify("first@example.com", code)).isEqualTo(200);
    }

    private void sendAtOnceAndVerify() {
        MockHttpSession one = copy();
        MockHttpSession other = copy();
        send(one, "layla@example.com");
        send(other, "+966501234567");
        store(one);
        store(other);

        assertThat(verify("layla@example.com", email.lastCode())).isEqualTo(200);
        assertThat(verify("+966501234567", sms.lastCode())).isEqualTo(200);
    }

    private MockHttpSession copy() {
        MockHttpSession copy = new MockHttpSession();
        for (String name : Collections.list(stored.getAttributeNames())) {
            copy.setAttribute(name, stored.getAttribute(name));
        }
        return copy;
    }

    /** In these tests, no request removes what another one needs. */
    private void store(MockHttpSession changed) {
        for (String name : Collections.list(changed.getAttributeNames())) {
            stored.setAttribute(name, changed.getAttribute(name));
        }
    }

    private void send(MockHttpSession session, String to) {
        ResponseEntity<Object> answer =
                endpoints.send(new WebMessages.Send(to, null, null, null, null, null), request(session));
        assertThat(answer.getStatusCode().value()).isEqualTo(202);
    }

    private int verify(String to, String code) {
        return endpoints
                .verify(new WebMessages.Verify(null, to, code, null, null), request(stored))
                .getStatusCode()
                .value();
    }

    private static MockHttpServletRequest request(MockHttpSession session) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setSession(session);
        return request;
    }
}
