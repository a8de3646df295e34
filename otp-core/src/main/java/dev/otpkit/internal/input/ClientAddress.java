package dev.otpkit.internal.input;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** The canonical name of a client's address, the same for every spelling. Never resolved by DNS. */
public final class ClientAddress {
    private static final int NETWORK_BYTES = 8;

    private ClientAddress() {}

    /**
     * Returns the name under which an address is counted: the /64 of an IPv6 literal, the text itself of anything else.
     */
    public static String canonical(String text) {
        String stripped = text.strip();
        // As in a URL, and as some servers report the address of a client.
        String literal = stripped.startsWith("[") && stripped.endsWith("]")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
        int zone = literal.indexOf('%');
        String address = zone < 0 ? literal : literal.substring(0, zone);
        if (!mayBeIpv6(address)) {
            return literal;
        }
        try {
            // With a colon and nothing but hexadecimal digits and dots, the text is parsed or refused, never looked up.
            InetAddress parsed = InetAddress.getByName(address);
            byte[] bytes = parsed.getAddress();
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return literal;
        }
    }

    /** Returns true if a text has a colon, dots after the first one alone, and hexadecimal digits. */
    private static boolean mayBeIpv6(String text) {
        int colon = text.indexOf(':');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c < 0x80 && Character.digit(c, 16) >= 0;
            if (!digit && c != ':' && !(c == '.' && i > colon)) {
                return false;
            }
        }
        return colon >= 0;
    }
}
