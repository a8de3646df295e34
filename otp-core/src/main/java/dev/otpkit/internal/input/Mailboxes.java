package dev.otpkit.internal.input;

import dev.otpkit.EmailAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The mailbox behind the many addresses that some providers deliver to one. */
public final class Mailboxes {
    private static final Provider PLUS = new Provider("", "");
    private static final Provider GMAIL = new Provider(".", "gmail.com");
    private static final Provider PROTON = new Provider(".-_", "proton.me");
    private static final Provider ICLOUD = new Provider("", "icloud.com");

    /** Domains whose providers ignore a plus sign and the text after it. */
    private static final Map<String, Provider> PROVIDERS = Map.ofEntries(
            Map.entry("gmail.com", GMAIL),
            Map.entry("googlemail.com", GMAIL),
            Map.entry("proton.me", PROTON),
            Map.entry("protonmail.com", PROTON),
            Map.entry("protonmail.ch", PROTON),
            Map.entry("pm.me", PROTON),
            Map.entry("icloud.com", ICLOUD),
            Map.entry("me.com", ICLOUD),
            Map.entry("mac.com", ICLOUD),
            Map.entry("msn.com", PLUS),
            Map.entry("windowslive.com", PLUS),
            Map.entry("fastmail.com", PLUS),
            Map.entry("fastmail.fm", PLUS));

    /** At Fastmail, every address of a subdomain belongs to the user of the same name. */
    private static final Set<String> FASTMAIL = Set.of("fastmail.com", "fastmail.fm");

    /** Outlook.com has domains of many countries. */
    private static final Set<String> OUTLOOK = Set.of("outlook", "hotmail", "live");

    private Mailboxes() {}

    /**
     * The rules by which a provider maps addresses to mailboxes.
     *
     * @param ignored the characters of the local part that make no difference
     * @param domain the one domain that represents all of the provider's; empty if its domains are separate
     */
    private record Provider(String ignored, String domain) {}

    /**
     * Returns the address of the mailbox without tag and ignored characters; empty if the domain is not known for any.
     */
    public static Optional<String> baseOf(EmailAddress address) {
        String domain = address.domain();
        int dot = domain.indexOf('.');
        String first = domain.substring(0, dot);
        String rest = domain.substring(dot + 1);
        if (FASTMAIL.contains(rest)) {
            return Optional.of(first + "@" + rest);
        }
        Provider provider = OUTLOOK.contains(first) && isOfLetters(rest) ? PLUS : PROVIDERS.get(domain);
        if (provider == null) {
            return Optional.empty();
        }
        String local = address.address().substring(0, address.address().indexOf('@'));
        int tag = local.indexOf('+');
        String untagged = tag < 0 ? local : local.substring(0, tag);
        StringBuilder base = new StringBuilder(untagged.length());
        for (int i = 0; i < untagged.length(); i++) {
            if (provider.ignored().indexOf(untagged.charAt(i)) < 0) {
                base.append(untagged.charAt(i));
            }
        }
        return Optional.of(base.append('@')
                .append(provider.domain().isEmpty() ? domain : provider.domain())
                .toString());
    }

    private static boolean isOfLetters(String labels) {
        for (int i = 0; i < labels.length(); i++) {
            char c = labels.charAt(i);
            if (c != '.' && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return true;
    }
}
