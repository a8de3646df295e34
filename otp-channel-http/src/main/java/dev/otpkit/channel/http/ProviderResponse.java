package dev.otpkit.channel.http;

/**
 * What a server answered. Its text often repeats the request, code and address included.
 *
 * @param status 100 to 599
 * @param text the body as UTF-8; empty if there was none
 */
public record ProviderResponse(int status, String text) {

    /** Tells whether the server says that it did what was asked. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** Returns the status, without the text. */
    @Override
    public String toString() {
        return "ProviderResponse[status=" + status + "]";
    }
}
