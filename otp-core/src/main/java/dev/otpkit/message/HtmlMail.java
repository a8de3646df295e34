package dev.otpkit.message;

import java.util.HashMap;
import java.util.Map;

/**
 * The HTML text of a mail: a few sentences and the code, in large characters and selected with one tap. It sets no
 * colours, so that the mail program can apply its dark mode, and loads nothing. It is also well-formed XML, on which
 * tests rely.
 */
final class HtmlMail {
    private static final String CODE = "<bdi dir=\"ltr\">" + Template.CODE + "</bdi>";
    private static final String APP = "<bdi>" + Template.APP + "</bdi>";
    private static final String DOCUMENT = """
            <!DOCTYPE html>
            <html lang="{LANGUAGE}" dir="{DIRECTION}">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <meta name="color-scheme" content="light dark"/>
            <title>{TITLE}</title>
            </head>
            <body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5">
            <p>{HEADING}</p>
            <p style="margin:0;font-family:monospace;font-size:32px;font-weight:bold;letter-spacing:4px;\
            -webkit-user-select:all;user-select:all">{code}</p>
            <p>{VALIDITY}</p>
            <p style="font-size:14px">{WARNING}</p>
            </body>
            </html>
            """;

    /** The sentences of the document, as they are in the files. */
    private final Template[] sentences;

    private final Template document;

    /**
     * Makes the document, in the language and direction of its heading. Its own placeholders are in capitals, since
     * those of details never are.
     */
    HtmlMail(Template subject, Template heading, Template validity, Template warning) {
        this.sentences = new Template[] {heading, validity, warning};
        this.document = heading.withText(DOCUMENT.replace(Template.CODE, CODE)
                .replace("{LANGUAGE}", heading.language())
                .replace("{DIRECTION}", heading.isRightToLeft() ? "rtl" : "ltr")
                .replace("{TITLE}", escape(subject.text()))
                .replace("{HEADING}", sentence(heading))
                .replace("{VALIDITY}", sentence(validity))
                .replace("{WARNING}", sentence(warning)));
    }

    private HtmlMail(Template[] sentences, Template document) {
        this.sentences = sentences;
        this.document = document;
    }

    HtmlMail withApp(String app) {
        return new HtmlMail(sentences, document.withApp(escape(app)));
    }

    /**
     * Checks that there is each detail that the sentences show.
     *
     * @throws IllegalArgumentException if one is missing; it names the text and the detail
     */
    void requireDetails(Map<String, String> details) {
        for (Template sentence : sentences) {
            sentence.requireDetails(details);
        }
    }

    String fill(String code, String minutes, Map<String, String> details) {
        return document.fill(escape(code), minutes, escape(details));
    }

    private static String sentence(Template template) {
        return template.withText(escape(template.text()))
                .aroundDetails("<bdi>", "</bdi>")
                .text()
                .replace(Template.CODE, CODE)
                .replace(Template.APP, APP);
    }

    private static Map<String, String> escape(Map<String, String> details) {
        if (details.isEmpty()) {
            return details;
        }
        Map<String, String> escaped = new HashMap<>();
        details.forEach((name, value) -> escaped.put(name, escape(value)));
        return escaped;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
