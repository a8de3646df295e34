package dev.otpkit.channel.mshastra;

import dev.otpkit.channel.mshastra.MshastraChannel.Balance;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a balance: a bare number, or {@code Tanzania (+255) = 3452,} once or several times. */
final class BalanceParser {
    private static final String NUMBER = "-?(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,9})?";
    private static final Pattern BARE = Pattern.compile("(" + NUMBER + ")\\s{0,100},?");
    private static final Pattern NAMED = Pattern.compile("([^=<>]{1,100})=\\s{0,100}(" + NUMBER + ")");

    private BalanceParser() {}

    /** Returns the balance, its names redacted; empty if the text is anything else. */
    static Optional<Balance> read(String text, UnaryOperator<String> redaction) {
        Matcher bare = BARE.matcher(text.strip());
        if (bare.matches()) {
            return Optional.of(new Balance(List.of(new Balance.Entry(Optional.empty(), number(bare.group(1))))));
        }
        List<Balance.Entry> entries = new ArrayList<>();
        for (String part : text.split("[,\r\n]", -1)) {
            Matcher named = NAMED.matcher(part.strip());
            if (named.matches() && !named.group(1).isBlank()) {
                entries.add(new Balance.Entry(
                        Optional.of(redaction.apply(
                                named.group(1).replaceAll("\\p{Cc}+", " ").strip())),
                        number(named.group(2))));
            } else if (!part.isBlank()) {
                return Optional.empty();
            }
        }
        return entries.isEmpty() ? Optional.empty() : Optional.of(new Balance(entries));
    }

    private static BigDecimal number(String digits) {
        return new BigDecimal(digits);
    }
}
