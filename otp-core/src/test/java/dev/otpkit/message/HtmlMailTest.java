package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class HtmlMailTest {

    @Languages
    void isWellFormedInItsLanguageAndDirection(String language) throws Exception {
        Document html = parse(html(language, "Acme", "123456"));
        Element root = html.getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("html");
        assertThat(root.getAttribute("lang")).isEqualTo(language);
        assertThat(root.getAttribute("dir")).isEqualTo(language.equals("ar") || language.equals("ur") ? "rtl" : "ltr");
        assertThat(html.getElementsByTagName("p").getLength()).isEqualTo(4);
    }

    @Languages
    void hasNoRemoteContentNoLinksAndNoScript(String language) {
        assertThat(html(language, "Acme", "123456"))
                .doesNotContainIgnoringCase("http")
                .doesNotContain("//", "src=", "href=", "url(", "@import", "<a ", "<img", "<script", "<style", "<link")
                .hasSizeLessThan(2048);
    }

    @Languages
    void showsTheCodeOnceAsItIsTyped(String language) throws Exception {
        String html = html(language, "Acme", "7K2B9X");
        assertThat(html).containsOnlyOnce("7K2B9X").contains("<bdi dir=\"ltr\">7K2B9X</bdi>");
        assertThat(html).containsPattern("letter-spacing:\\d").contains("monospace", "user-select:all");
        assertThat(texts(html, "bdi")).contains("7K2B9X", "Acme");
        assertThat(texts(html, "title")[0]).contains("Acme").doesNotContain("7K2B9X");
    }

    @Test
    void namesNoColours() {
        assertThat(html("en", "Acme", "123456"))
                .contains("<meta name=\"color-scheme\" content=\"light dark\"/>")
                .doesNotContainPattern("[^-]color:|background");
    }

    @Test
    void escapesNames() throws Exception {
        String app = "<script>alert('x')</script>&amp;\" onload=\"x";
        String html = html("en", app, "123456");
        assertThat(html).doesNotContain("<script", "\" onload", "'");
        assertThat(texts(html, "title")).containsExactly("Your " + app + " code");
        assertThat(texts(html, "bdi")).containsExactly(app, "123456");
    }

    @Test
    void escapesCodes() throws Exception {
        String code = "<b>&\"'";
        assertThat(texts(html("en", "Acme", code), "bdi")).containsExactly("Acme", code);
    }

    @Test
    void putsNamesInAsTheyAre() throws Exception {
        String app = "100% %s {code} {minutes} $1 \\";
        String html = html("en", app, "123456");
        assertThat(texts(html, "bdi")).containsExactly(app, "123456");
        assertThat(html).containsOnlyOnce("123456");
    }

    @Test
    void fallsBackToEnglishInTheLanguageItNames() throws Exception {
        Element root = parse(html("fa-IR", "Acme", "123456")).getDocumentElement();
        assertThat(root.getAttribute("lang")).isEqualTo("en");
        assertThat(root.getAttribute("dir")).isEqualTo("ltr");
    }

    private static String html(String language, String app, String code) {
        return MessageCatalog.create()
                .render(new MessageContext(
                        app,
                        Recipient.email("user@example.com"),
                        "email",
                        code,
                        "login",
                        Locale.forLanguageTag(language),
                        Duration.ofMinutes(5)))
                .html()
                .orElseThrow();
    }

    private static String[] texts(String html, String tag) throws Exception {
        NodeList nodes = parse(html).getElementsByTagName(tag);
        String[] texts = new String[nodes.getLength()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = nodes.item(i).getTextContent();
        }
        return texts;
    }

    private static Document parse(String html) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }
}
