package dev.otpkit.message;

/**
 * The HTML text of a mail: a few sentences and the code, in large characters and selected with one tap. It sets no
 * colours, so that the mail program can apply its dark mode, and loads nothing. It is also well-formed XML, on which
 * tests rely.
 */
final class HtmlMail {
    private final String code;
    private final String app;
    private final String minutes;

    HtmlMail(String code, String app, String minutes) {
        this.code = "<bdi dir=\"ltr\">" + escape(code) + "</bdi>";
        this.app = "<bdi>" + escape(app) + "</bdi>";
        this.minutes = minutes;
    }

    /** Returns the document, in the language and direction of its heading. */
    String document(String title, Template heading, Template validity, Template warning) {
        return """
            <!DOCTYPE html>
            <html lang="%s" dir="%s">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <meta name="color-scheme" content="light dark"/>
            <title>%s</title>
            </head>
            <body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5">
            <p>%s</p>
            <p style="margin:0;font-family:monospace;font-size:32px;font-weight:bold;letter-spacing:4px;\
            -webkit-user-select:all;user-select:all">%s</p>
            <p>%s</p>
            <p style="font-size:14px">%s</p>
            </body>
            </html>
            """.formatted(
                        heading.language(),
                        heading.isRightToLeft() ? "rtl" : "ltr",
                        escape(title),
                        fill(heading),
                        code,
                        fill(validity),
                        fill(warning));
    }

    private String fill(Template template) {
        return new Template(template.language(), escape(template.text())).fill(code, app, minutes);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
