package dev.otpkit.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpSession;

class SessionCodesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final MockHttpSession session = new MockHttpSession();
    private final SessionCodes codes = new SessionCodes(session);

    /** As a session that several instances share is. */
    @Test
    void isSerializable() throws Exception {
        SentCode code = code("1", NOW.plusSeconds(300));
        VerifiedRecipient proof = new VerifiedRecipient("user@example.com", "login", Map.of("amount", "10 SAR"), NOW);

        assertThat(copy(code)).isEqualTo(code);
        assertThat(copy(proof)).isEqualTo(proof);
    }

    private static Object copy(Object original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void keepsEightCodesAndRemovesThoseThatExpireFirst() {
        codes.put(code("last", NOW.plusSeconds(900)));
        for (int i = 0; i < 8; i++) {
            codes.put(code("" + i, NOW.plusSeconds(300 + i)));
        }
        SentCode soonest = code("soonest", NOW.plusSeconds(60));
        codes.put(soonest);

        assertThat(codes.all())
                .extracting(SentCode::id)
                .containsExactlyInAnyOrder("last", "2", "3", "4", "5", "6", "7", "soonest");
        assertThat(codes.byId("1")).isEmpty();
        assertThat(codes.byId("soonest")).contains(soonest);
    }

    @Test
    void replacesACodeInPlace() {
        SentCode code = code("1", NOW.plusSeconds(300));
        codes.put(code);
        codes.replace(code, code.withAttemptsLeft(3));
        codes.replace(code, code.withAttemptsLeft(4));
        assertThat(codes.all()).containsExactly(code.withAttemptsLeft(3));

        codes.remove(code);
        codes.replace(code.withAttemptsLeft(3), code);
        assertThat(codes.all()).isEmpty();
    }

    @Test
    void aTextShowsNoAddressAndNoBinding() {
        codes.put(code("1", NOW.plusSeconds(300)));

        assertThat(codes.all().toString())
                .contains("u•••@example.com")
                .doesNotContain("user@", "10 SAR", "the binding");
        assertThat(codes.toString()).doesNotContain("example.com", session.getId());
    }

    private static SentCode code(String id, Instant expiresAt) {
        return new SentCode(
                id,
                "the binding",
                "user@example.com",
                "login",
                Map.of("amount", "10 SAR"),
                "en",
                List.of("email"),
                expiresAt,
                NOW.plusSeconds(30),
                SentCode.UNKNOWN,
                false);
    }
}
