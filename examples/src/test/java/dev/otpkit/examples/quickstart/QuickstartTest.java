package dev.otpkit.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuickstartTest {
    private static final Duration RUN = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void showsWhatBecomesOfACode() throws Exception {
        Instant before = Instant.now();
        List<String> lines = output(StandardCharsets.UTF_8);

        assertThat(lines).hasSize(10);
        assertThat(lines.get(0)).startsWith("send      sent over smtp to u•••@example.com, valid until ");
        assertMoment(lines.get(0), before.plus(Duration.ofMinutes(5)));
        assertThat(lines.get(1)).isEqualTo("mail      Subject: Your Acme code");
        assertThat(lines.get(2)).matches(" {10}Your Acme code: \\d{6}");
        assertThat(lines.get(3)).isEqualTo("          It expires in 5 min. Never share it with anyone.");
        assertThat(lines.get(5)).startsWith("send      refused: RESEND_TOO_SOON, retry after ");
        assertMoment(lines.get(5), before.plus(Duration.ofSeconds(30)));

        String code = lines.get(2).substring(lines.get(2).length() - 6);
        String wrong = code.equals("000000") ? "999999" : "000000";
        String spaced = code.substring(0, 3) + " " + code.substring(3);
        assertThat(lines.subList(6, 10))
                .containsExactly(
                        "verify    12345    rejected: MALFORMED_CODE",
                        "verify    " + wrong + "   rejected: WRONG_CODE, attempts left: 4",
                        "verify    " + spaced + "  verified: u•••@example.com received it",
                        "verify    " + code + "   rejected: NO_PENDING_CODE");
    }

    @Test
    void printsUtf8WhateverTheLocale() throws Exception {
        assertThat(output(StandardCharsets.US_ASCII).get(0)).contains("u•••@example.com");
    }

    @Test
    void leavesNoThreadBehindThatKeepsTheProgramAlive() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        output(StandardCharsets.UTF_8);

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.isDaemon() && !before.contains(thread)) {
                thread.join(PATIENCE.toMillis());
                assertThat(thread.isAlive()).as("%s is alive", thread).isFalse();
            }
        }
    }

    /** Returns the lines that the program prints on a console of this character set. */
    private static List<String> output(Charset console) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, console));
        try {
            Quickstart.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void assertMoment(String line, Instant earliest) {
        Instant moment = Instant.parse(line.substring(line.lastIndexOf(' ') + 1));
        assertThat(moment).isBetween(earliest.minusMillis(1), earliest.plus(RUN));
    }
}
