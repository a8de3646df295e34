package dev.otpkit.channel.smtp;

import dev.otpkit.EmailAddress;
import dev.otpkit.InvalidRecipientException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Texts that may be mailboxes, the same in every run: every printable mark in every place, forms that mail servers read
 * in their own way, and random texts. They are chosen independently of the core's rules.
 *
 * @param accepted the mailboxes that the core makes of them, each once
 * @param refused the texts that it refuses
 */
record MailboxTexts(Set<String> accepted, List<String> refused) {
    private static final long SEED = 20261121;
    private static final String MARKS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** Returns the texts before an {@code @}, at these domains. */
    static MailboxTexts at(String... domains) {
        MailboxTexts texts = new MailboxTexts(new LinkedHashSet<>(), new ArrayList<>());
        for (String domain : domains) {
            for (String localPart : localParts()) {
                texts.sort(localPart + "@" + domain);
            }
            int rest = 254 - 65 - domain.length();
            texts.sort("l".repeat(64) + "@" + "d.".repeat(rest / 2) + (rest % 2 == 0 ? "" : "d") + domain);
        }
        return texts;
    }

    private void sort(String text) {
        try {
            accepted.add(new EmailAddress(text).address());
        } catch (InvalidRecipientException e) {
            refused.add(text);
        }
    }

    private static List<String> localParts() {
        List<String> parts = new ArrayList<>(List.of(
                "B.Example",
                "l".repeat(64),
                "_+'&~-".repeat(10),
                "a.b.c.d.e.f",
                "~root",
                "root",
                "postmaster",
                "owner-list",
                "list-request",
                "a+b.example",
                "a--b",
                "0",
                "00966501234567",
                "srs0+a+b.example+c",
                "imceasmtp-a+40b+2eexample",
                "@x.example:a",
                "@x.example,@y.example:a",
                "b.example::a",
                "a%b.example%c.example",
                "b.example!c.example!a",
                "\"a@b.example\"",
                "\"a%b.example\"",
                "\"a\"",
                "..a",
                "a..b",
                "=?utf-8?q?a?=",
                "=?utf-8?b?YQ==?=",
                ":include:/etc/passwd",
                "|id",
                "${run{id}}"));
        for (char mark : (MARKS + "x5").toCharArray()) {
            parts.add("" + mark);
            parts.add(mark + "a");
            parts.add("a" + mark);
            parts.add("a" + mark + "b.example");
            parts.add("b.example" + mark + "a");
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 30; i++) {
            StringBuilder part = new StringBuilder();
            for (int length = 1 + random.nextInt(64); length > 0; length--) {
                String characters = random.nextInt(100) == 0 ? MARKS : "abcxyz019._+-'&~";
                part.append(characters.charAt(random.nextInt(characters.length())));
            }
            parts.add(part.toString());
        }
        return parts;
    }
}
