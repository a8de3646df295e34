package dev.otpkit.channel.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The passwords of accounts, as they are read from the environment. */
class SmtpVariablesTest {

    @ParameterizedTest
    @CsvSource({
        "someone@gmail.com,",
        "someone@googlemail.com, ",
        "someone@acme.example, smtp.gmail.com",
        "someone@acme.example, SMTP.Gmail.com",
        "someone@acme.example, smtp-relay.gmail.com"
    })
    void dropsTheBlanksThatGoogleShows(String user, String host) {
        assertThat(password(user, host, "abcd efgh ijkl mnop")).isEqualTo("abcdefghijklmnop");
        assertThat(password(user, host, "abcd\u00A0efgh\u00A0ijkl\u00A0mnop")).isEqualTo("abcdefghijklmnop");
        assertThat(password(user, host, " abcd efgh ijkl mnop\r\n")).isEqualTo("abcdefghijklmnop");
        assertThat(password(user, host, "abcdefghijklmnop")).isEqualTo("abcdefghijklmnop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abcd efgh ijkl mno",
                "abcd efgh ijkl mnopq",
                "Abcd efgh ijkl mnop",
                "abcd efgh ijkl mno1",
                "abcd  efgh ijkl mnop",
                "abcd-efgh-ijkl-mnop",
                "abcd efgh ijkl mnop qrst",
                "my secret pass word",
                " fake"
            })
    void altersNoOtherPassword(String password) {
        assertThat(password("someone@gmail.com", null, password)).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail.example", "smtp.gmail.com.evil.example", "notgmail.com"})
    void altersNoPasswordForAnotherHost(String host) {
        assertThat(password("someone@gmail.com", host, "abcd efgh ijkl mnop")).isEqualTo("abcd efgh ijkl mnop");
    }

    private static String password(String user, String host, String password) {
        Map<String, String> environment =
                new HashMap<>(Map.of("EMAIL_HOST_USER", user, "EMAIL_HOST_PASSWORD", password));
        environment.put("EMAIL_HOST", host);
        SmtpVariables variables = new SmtpVariables(environment);
        return variables.password(variables.host());
    }
}
