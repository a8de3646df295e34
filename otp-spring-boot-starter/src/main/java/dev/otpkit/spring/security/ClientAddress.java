package dev.otpkit.spring.security;

import dev.otpkit.OtpRequest;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The address of a client, in the form that the manager accepts. */
final class ClientAddress {
    private static final String UNUSABLE = "unusable";

    private ClientAddress() {}

    /**
     * Returns the client address of a request; null if the server knows none. A text that is no address, which a proxy
     * may pass on, is replaced, so that all such clients are counted as one.
     */
    static @Nullable String of(HttpServletRequest http) {
        String address = http.getRemoteAddr();
        if (address == null) {
            return null;
        }
        try {
            OtpRequest.to("").clientAddress(address);
            return address;
        } catch (IllegalArgumentException e) {
            return UNUSABLE;
        }
    }
}
