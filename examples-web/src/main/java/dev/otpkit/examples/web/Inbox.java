package dev.otpkit.examples.web;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.MessageContext;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** The messages that development mode did not send. It exists in that mode alone. Thread-safe. */
@Component
@ConditionalOnProperty("otpkit.development-mode")
final class Inbox implements MessageRenderer, OtpListener {
    private static final int SIZE = 1000;

    private final MessageRenderer texts;
    private final Deque<OtpMessage> messages = new ArrayDeque<>();
    // A send renders its message and announces its outcome on the same thread. A decoy has a message too. It is not
    // static, since an application has one inbox.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable OtpMessage> rendered = new ThreadLocal<>();

    Inbox(@Value("${otpkit.messages.basename}") String basename) {
        this.texts = MessageCatalog.builder().bundle(basename).build();
    }

    @Override
    public OtpMessage render(MessageContext context) {
        OtpMessage message = texts.render(context);
        rendered.set(message);
        return message;
    }

    @Override
    public void on(OtpEvent event) {
        if (event instanceof OtpEvent.Sent sent) {
            OtpMessage message = rendered.get();
            rendered.remove();
            if (message != null && !sent.decoy()) {
                add(message);
            }
        }
    }

    /** Returns the messages, newest first. */
    synchronized List<OtpMessage> messages() {
        return List.copyOf(messages);
    }

    private synchronized void add(OtpMessage message) {
        if (messages.size() == SIZE) {
            messages.removeLast();
        }
        messages.addFirst(message);
    }
}
