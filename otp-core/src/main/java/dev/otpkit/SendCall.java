package dev.otpkit;

/**
 * One call of {@code send} whose recipient is known.
 *
 * @param request the request
 * @param recipient the recipient that the request was resolved to
 * @param watch the time since the call began
 */
record SendCall(OtpRequest request, Recipient recipient, Stopwatch watch) {
    String purpose() {
        return request.purpose();
    }

    boolean isDecoy() {
        return request.isDecoy();
    }
}
