package dev.otpkit.channel.twilio;

import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.api.v2010.account.MessageCreator;
import com.twilio.type.PhoneNumber;
import org.jspecify.annotations.Nullable;

/** The sender of messages: a number or sender id, or else a Messaging Service. Exactly one of the two is present. */
record TwilioSender(@Nullable String from, @Nullable String messagingServiceSid) {
    TwilioSender {
        if ((from == null) == (messagingServiceSid == null)) {
            throw new IllegalStateException("one of from and messagingServiceSid must be set");
        }
    }

    /**
     * Returns the request for a message from this sender.
     *
     * @param prefix before both numbers; empty for SMS
     */
    MessageCreator message(String accountSid, String prefix, String to, @Nullable String body) {
        PhoneNumber recipient = new PhoneNumber(prefix + to);
        return from == null
                ? Message.creator(accountSid, recipient, messagingServiceSid, body)
                : Message.creator(accountSid, recipient, new PhoneNumber(prefix + from), body);
    }

    /** Returns the number, the sender id or the Messaging Service. */
    @Override
    public String toString() {
        return String.valueOf(from == null ? messagingServiceSid : from);
    }
}
