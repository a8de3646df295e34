package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "words", "{code}", "{app}{code}{minutes}{app}", " {code} ", "{code}{", "}{app}", "{{code}}"})
    void keepsItsText(String text) {
        assertThat(template(text).text()).isEqualTo(text);
        assertThat(template(text).withApp("{app}").withApp("{app}").text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "words,words",
        "{code}{app}{minutes},1A5",
        "{app}{app} {code}-{app}-{code},AA 1-A-1",
        "{minutes}{code},51",
        "a{app}b{minutes}c{app},aAb5cA",
        "{Code}{ code }{app,{Code}{ code }{app"
    })
    void replacesEachPlaceholder(String text, String filled) {
        assertThat(template(text).withApp("A").fill("1", "5", Map.of())).isEqualTo(filled);
    }

    @Test
    void replacesNoPlaceholderInsideAValue() {
        assertThat(template("{app} {code} {minutes}")
                        .withApp("{code}{app}{minutes}")
                        .fill("{minutes}{app}", "{code}", Map.of()))
                .isEqualTo("{code}{app}{minutes} {minutes}{app} {code}");
        assertThat(template("{{app}} {code}").withApp("code").fill("1", "5", Map.of()))
                .isEqualTo("{code} 1");
    }

    @Test
    void isNotChangedByValues() {
        Template template = template("{app} {code}");
        assertThat(template.withApp("A").fill("1", "5", Map.of())).isEqualTo("A 1");
        assertThat(template.withApp("B").fill("2", "5", Map.of())).isEqualTo("B 2");
        assertThat(template.text()).isEqualTo("{app} {code}");
    }

    @ParameterizedTest
    @CsvSource({
        "{amount},x",
        "{amount}{payee}{amount},xyx",
        "{code}{amount}{minutes}{payee}{app},1x5yA",
        "{{amount}},{x}",
        "{a{payee}},{ay}",
        "{amount {payee},{amount y",
        "{Amount} {amount },{Amount} {amount }",
        "{12345678901234567890123456789012},z",
        "{123456789012345678901234567890123},{123456789012345678901234567890123}"
    })
    void replacesEachDetail(String text, String filled) {
        Map<String, String> details =
                Map.of("amount", "x", "payee", "y", "12345678901234567890123456789012", "z", "Amount", "?");
        assertThat(template(text).withApp("A").fill("1", "5", details)).isEqualTo(filled);
        assertThat(template(text).text()).isEqualTo(text);
    }

    @Test
    void surroundsDetailsAlone() {
        Template template = template("{app}{amount}{payee}{code}").aroundDetails("(", ")");

        assertThat(template.text()).isEqualTo("{app}({amount})({payee}){code}");
        assertThat(template.withApp("A").fill("1", "5", Map.of("amount", "x", "payee", "y")))
                .isEqualTo("A(x)(y)1");
    }

    @Test
    void knowsItsDetails() {
        assertThat(template("{app} {code} {minutes} amount").hasDetails()).isFalse();
        assertThat(template("{code} {amount}").hasDetails()).isTrue();
        assertThat(template("{app} {amount}").withApp("{payee}").hasDetails()).isTrue();
        assertThat(template("{app}").withApp("{payee}").hasDetails()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "{app} {code},false",
        "words,false",
        "12 {code},false",
        "{app} \u0631\u0645\u0632,true",
        "\u05d0 a,true",
        "a \u05d0,false",
        "\u2019 a,false",
        "1. \u0627,true",
        "\u2067a\u2069 \u05d0,true",
        "\ud83d\ude00 \u05d0,true"
    })
    void takesItsDirectionFromTheFirstLetterOutsideThePlaceholders(String text, boolean rightToLeft) {
        assertThat(template(text).isRightToLeft()).isEqualTo(rightToLeft);
    }

    private static Template template(String text) {
        return new Template("otp.properties: sms.text", "en", text);
    }
}
