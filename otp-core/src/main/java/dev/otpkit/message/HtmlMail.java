package dev.otpkit.message;

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
            <html lang="{language}" dir="{direction}">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <meta name="color-scheme" content="light dark"/>
            <title>{title}</title>
            </head>
            <body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5">
            <p>{heading}</p>
            <p style="margin:0;font-family:monospace;font-size:32px;font-weight:bold;letter-spacing:4px;\
            -webkit-user-select:all;user-select:all">{code}</p>
            <p>{validity}</p>
            <p style="font-size:14px">{warning}</p>
            </body>
            </html>
            """;

    private final Template document;

    /** Makes the document, in the language and direction of its heading. */
    HtmlMail(Template subject, Template heading, Template validity, Template warning) {
        this.document = heading.withText(DOCUMENT.replace(Template.CODE, CODE)
                .replace("{language}", heading.language())
                .replace("{direction}", heading.isRightToLeft() ? "rtl" : "ltr")
                .replace("{title}", escape(subject.text()))
                .replace("{heading}", sentence(heading))
                .replace("{validity}", sentence(validity))
                .replace("{warning}", sentence(warning)));
    }

    private HtmlMail(Template document) {
        this.document = document;
    }

    HtmlMail withApp(String app) {
        return new HtmlMail(document.withApp(escape(app)));
    }

    String fill(String code, String minutes) {
        return document.fill(escape(code), minutes);
    }

    private static String sentence(Template template) {
        return escape(template.text()).replace(Template.CODE, CODE).replace(Template.APP, APP);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
