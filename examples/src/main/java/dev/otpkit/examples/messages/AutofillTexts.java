package dev.otpkit.examples.messages;

import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;

/** Ends an SMS with the line for autofill of the application that asked: a web page, or an Android app. */
public final class AutofillTexts implements MessageRenderer {
    private final MessageCatalog web =
            MessageCatalog.builder().originBound("login.acme.example").build();
    private final MessageCatalog android =
            MessageCatalog.builder().androidAppHash("FA+9qCX9VSu").build();

    @Override
    public OtpMessage render(MessageContext context) {
        return context.purpose().equals("app-login") ? android.render(context) : web.render(context);
    }
}
