package dev.otpkit.examples.web;

import dev.otpkit.EmailAddress;
import dev.otpkit.spi.OtpMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page with the messages that development mode did not send. */
@Controller
@ConditionalOnProperty("otpkit.development-mode")
final class InboxController {
    private static final int SHOWN = 20;

    private final Inbox inbox;

    InboxController(Inbox inbox) {
        this.inbox = inbox;
    }

    @GetMapping("/inbox")
    String inbox(Model model) {
        model.addAttribute(
                "messages",
                inbox.messages().stream().limit(SHOWN).map(Shown::of).toList());
        return "inbox";
    }

    /**
     * A message as the page shows it.
     *
     * @param mail whether it is a mail; if not, it is a short message
     * @param to the address in full, as in an inbox
     * @param language the language of the texts
     * @param subject the subject of a mail
     * @param text the text
     * @param code the code in it
     */
    record Shown(boolean mail, String to, String language, String subject, String text, String code) {
        static Shown of(OtpMessage message) {
            return new Shown(
                    message.recipient() instanceof EmailAddress,
                    message.recipient().address(),
                    message.locale().getLanguage(),
                    message.subject(),
                    message.text(),
                    message.code());
        }
    }
}
