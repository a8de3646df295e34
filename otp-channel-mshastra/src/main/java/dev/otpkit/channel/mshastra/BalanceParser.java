package dev.otpkit.channel.mshastra;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parser of a balance: a bare number, or {@code Tanzania (+255) = 3452,} once or several times. */
final class BalanceParser {
    private static final String NUMBER = "-?(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,9})?";
    private static final Pattern BARE = Pattern.compile("(" + NUMBER + ")\\s{0,100},?");
    private static final Pattern NAMED = Pattern.compile("([^=<>]{1,100})=\\s{0,100}(" + NUMBER + ")");

    private BalanceParser() {}

    /** Returns the amounts in the order of the text; none if the text is not a balance. */
    static List<Amount> parse(String text) {
        Matcher bare = BARE.matcher(text.strip());
        if (bare.matches()) {
            return List.of(new Amount(Optional.empty(), new BigDecimal(bare.group(1))));
        }
        List<Amount> amounts = new ArrayList<>();
        for (String part : text.split("[,\r\n]", -1)) {
            Matcher named = NAMED.matcher(part.strip());
            if (named.matches() && !named.group(1).isBlank()) {
                String destination = named.group(1).replaceAll("\\p{Cc}+", " ").strip();
                amounts.add(new Amount(Optional.of(destination), new BigDecimal(named.group(2))));
            } else if (!part.isBlank()) {
                return List.of();
            }
        }
        return amounts;
    }

    /**
     * An amount as the provider gives it.
     *
     * @param destination the provider's own text, not redacted; empty for an account with a single balance
     * @param value the amount
     */
    record Amount(Optional<String> destination, BigDecimal value) {}
}
