package dev.otpkit.benchmarks.memory;

/** The end of the way of a message. It keeps the last one of each thread, so that the thread can verify its code. */
final class Outbox {
    private final ThreadLocal<Message> last = ThreadLocal.withInitial(Message::new);

    void take(String to, String code, String subject, String text, String html) {
        Message message = last.get();
        message.to = to;
        message.code = code;
        message.subject = subject;
        message.text = text;
        message.html = html;
    }

    /** Returns the code of the last message of this thread. */
    String code() {
        return last.get().code;
    }

    /** Returns the number of characters of the last message of this thread. */
    int length() {
        return last.get().length();
    }

    /** Fields that the compiler cannot leave out, since another method could read them. */
    private static final class Message {
        String to = "";
        String code = "";
        String subject = "";
        String text = "";
        String html = "";

        int length() {
            return to.length() + subject.length() + text.length() + html.length();
        }
    }
}
