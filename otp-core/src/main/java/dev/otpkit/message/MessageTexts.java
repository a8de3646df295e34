package dev.otpkit.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts for one locale and purpose, with everything but code, minutes and details: the name of the application, the
 * isolates of right-to-left texts and the line for autofill. Immutable.
 */
final class MessageTexts {
    private static final String ISOLATED_CODE = "\u2066" + Template.CODE + "\u2069";
    private static final String ISOLATED_APP = "\u2068" + Template.APP + "\u2069";

    private final Template subject;
    private final Template sms;
    private final @Nullable Template isolatedSms;
    private final Template otherMedia;
    private final Template mail;
    private final HtmlMail html;

    /**
     * Makes the texts.
     *
     * @param lastLine the end of an SMS, which may have the placeholder of the code; empty if there is none
     */
    MessageTexts(Template subject, Template sms, String lastLine, Template mail, HtmlMail html) {
        this.subject = subject;
        this.sms = sms.withText(sms.text() + lastLine);
        if (sms.isRightToLeft()) {
            this.otherMedia = sms.withText(sms.text().replace(Template.CODE, ISOLATED_CODE))
                    .isolatingDetails();
            this.isolatedSms = sms.withText(otherMedia.text() + lastLine);
        } else {
            this.otherMedia = sms;
            this.isolatedSms = null;
        }
        this.mail = mail.isRightToLeft()
                ? mail.withText(mail.text()
                                .replace(Template.CODE, ISOLATED_CODE)
                                .replace(Template.APP, ISOLATED_APP))
                        .isolatingDetails()
                : mail;
        this.html = html;
    }

    private MessageTexts(MessageTexts texts, String app) {
        this.subject = texts.subject.withApp(app);
        this.sms = texts.sms.withApp(app);
        this.isolatedSms = texts.isolatedSms == null ? null : texts.isolatedSms.withApp(app);
        this.otherMedia = texts.otherMedia.withApp(app);
        this.mail = texts.mail.withApp(app);
        this.html = texts.html.withApp(app);
    }

    /** Returns the texts with the name in them; no text is complete without it. */
    MessageTexts withApp(String app) {
        return new MessageTexts(this, app);
    }

    /**
     * Checks that there is each detail that the texts of a mail, or of other media, show.
     *
     * @throws IllegalArgumentException if one is missing; it names the text and the detail
     */
    void requireDetails(boolean inMail, Map<String, String> details) {
        subject.requireDetails(details);
        if (inMail) {
            mail.requireDetails(details);
            html.requireDetails(details);
        } else {
            sms.requireDetails(details);
        }
    }

    String subject(String code, String minutes, Map<String, String> details) {
        return subject.fill(code, minutes, details);
    }

    /**
     * Returns the text of an SMS. Code and details are isolated only if that leaves it a single segment, or if the text
     * shows details and needs no further segment for it.
     */
    String sms(String code, String minutes, Map<String, String> details) {
        if (isolatedSms != null) {
            String isolated = isolatedSms.fill(code, minutes, details);
            int segments = SmsSegments.of(isolated).count();
            if (segments == 1) {
                return isolated;
            }
            String plain = sms.fill(code, minutes, details);
            return sms.hasDetails() && segments == SmsSegments.of(plain).count() ? isolated : plain;
        }
        return sms.fill(code, minutes, details);
    }

    /** Returns the text for each medium that is neither SMS nor email. */
    String otherMedia(String code, String minutes, Map<String, String> details) {
        return otherMedia.fill(code, minutes, details);
    }

    String mail(String code, String minutes, Map<String, String> details) {
        return mail.fill(code, minutes, details);
    }

    String html(String code, String minutes, Map<String, String> details) {
        return html.fill(code, minutes, details);
    }
}
