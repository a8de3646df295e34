package dev.otpkit.benchmarks.memory;

/**
 * The messages of tutorials: templates in which the code is replaced. Their texts are those of OTP Kit, so that all
 * contenders make messages of one size.
 */
final class TutorialMessage {
    private static final String SUBJECT = "Your Acme code";

    private static final String HTML = """
            <!DOCTYPE html>
            <html lang="en" dir="ltr">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width"/>
            <meta name="color-scheme" content="light dark"/>
            <title>Your Acme code</title>
            </head>
            <body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5">
            <p>Your Acme code</p>
            <p style="margin:0;font-family:monospace;font-size:32px;font-weight:bold;letter-spacing:4px;\
            -webkit-user-select:all;user-select:all">{{code}}</p>
            <p>This code expires in 5 min.</p>
            <p style="font-size:14px">Never share this code with anyone. \
            If you did not ask for it, ignore this message.</p>
            </body>
            </html>
            """;

    private final Form form;
    private final Outbox outbox;

    TutorialMessage(Form form, Outbox outbox) {
        this.form = form;
        this.outbox = outbox;
    }

    void send(String to, String code) {
        if (form == Form.SMS) {
            String text = "Acme: " + code + " is your code. It expires in 5 min. Never share it with anyone.";
            outbox.take(to, code, SUBJECT, text, "");
            return;
        }
        String text = "Your Acme code: " + code + "\n\nIt expires in 5 min. Never share it with anyone.\n\n"
                + "If you did not ask for this code, ignore this message.";
        outbox.take(to, code, SUBJECT, text, form == Form.HTML_MAIL ? HTML.replace("{{code}}", code) : "");
    }
}
