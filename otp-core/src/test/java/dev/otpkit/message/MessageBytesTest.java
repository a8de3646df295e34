package dev.otpkit.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.otpkit.Recipient;
import dev.otpkit.spi.MessageContext;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds are about half as much again as measured, so that only a change of the way of rendering exceeds them. */
class MessageBytesTest {
    private static final int CALLS = 1000;

    private final ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({"en,email,1900", "ar,email,3000", "hi,email,3000", "en,sms,600", "ar-SA,sms,700", "zh-TW,whatsapp,600"})
    void aMessageAllocatesLittleMoreThanItsTexts(String locale, String medium, long bytes) {
        MessageCatalog catalog = MessageCatalog.create();
        MessageContext context = new MessageContext(
                "Acme",
                medium.equals("email") ? Recipient.email("user@example.com") : Recipient.phone("+966501234567", null),
                medium,
                "123456",
                "login",
                Locale.forLanguageTag(locale),
                Duration.ofMinutes(5));
        render(catalog, context);

        long before = memory.getCurrentThreadAllocatedBytes();
        render(catalog, context);

        assertThat((memory.getCurrentThreadAllocatedBytes() - before) / CALLS).isBetween(100L, bytes);
    }

    @Test
    void aCatalogueReadsNoLanguageBeforeItIsNeeded() {
        MessageCatalog.create();

        long before = memory.getCurrentThreadAllocatedBytes();
        MessageCatalog catalog = MessageCatalog.create();

        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(4000);
        assertThat(catalog).isNotNull();
    }

    private static void render(MessageCatalog catalog, MessageContext context) {
        for (int i = 0; i < CALLS; i++) {
            assertRendered(catalog.render(context).text());
        }
    }

    private static void assertRendered(String text) {
        if (text.isEmpty()) {
            throw new AssertionError("the text is empty");
        }
    }
}
