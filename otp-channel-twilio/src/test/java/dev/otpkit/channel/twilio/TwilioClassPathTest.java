package dev.otpkit.channel.twilio;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars of Twilio's library that the channels do not need. All tests of this module run without them. */
class TwilioClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.auth0.jwt.JWT",
                "com.ctc.wstx.stax.WstxInputFactory",
                "com.fasterxml.jackson.dataformat.xml.XmlMapper",
                "io.jsonwebtoken.Jwts",
                "io.jsonwebtoken.impl.DefaultJwtBuilder",
                "io.jsonwebtoken.jackson.io.JacksonSerializer",
                "org.apache.commons.codec.binary.Hex",
                "org.apache.commons.io.IOUtils",
                "org.codehaus.stax2.XMLInputFactory2",
                "org.json.JSONObject",
            })
    void isNotOnTheClassPath(String type) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> load(type));
    }

    /** One class of each jar that the channels need. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson.databind.ObjectMapper",
                "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
                "com.twilio.http.TwilioRestClient",
                "org.apache.hc.client5.http.protocol.RedirectStrategy",
                "org.apache.hc.core5.http.Header",
            })
    void isOnTheClassPath(String type) {
        assertThatCode(() -> load(type)).doesNotThrowAnyException();
    }

    private static Class<?> load(String type) throws ClassNotFoundException {
        return Class.forName(type, false, TwilioClassPathTest.class.getClassLoader());
    }
}
