package dev.otpkit.internal.input;

import dev.otpkit.EmailAddress;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    private static final Pattern FASTMAIL_SUBDOMAIN = Pattern.compile("([^.]+)\\.(fastmail\\.(?:com|fm))");

    /** Outlook.com has domains of many countries. */
    private static final Pattern OUTLOOK = Pattern.compile("(?:outlook|hotmail|live)\\.[a-z.]+");

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
        Matcher subdomain = FASTMAIL_SUBDOMAIN.matcher(address.domain());
        if (subdomain.matches()) {
            return Optional.of(subdomain.group(1) + "@" + subdomain.group(2));
        }
        Provider provider = OUTLOOK.matcher(address.domain()).matches() ? PLUS : PROVIDERS.get(address.domain());
        if (provider == null) {
            return Optional.empty();
        }
        String local = address.address().substring(0, address.address().indexOf('@'));
        int tag = local.indexOf('+');
        String untagged = tag < 0 ? local : local.substring(0, tag);
        StringBuilder base = new StringBuilder(untagged.length());
        untagged.chars().filter(c -> provider.ignored().indexOf(c) < 0).forEach(c -> base.append((char) c));
        return Optional.of(base + "@" + (provider.domain().isEmpty() ? address.domain() : provider.domain()));
    }
}
