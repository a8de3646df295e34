package dev.otpkit.store.redis;

import dev.otpkit.OtpStoreException;

/** A call that may fail for now. */
final class StoreCall {
    private StoreCall() {}

    static boolean succeeds(Runnable call) {
        return messageOf(call).isEmpty();
    }

    /** Returns what went wrong, or nothing. */
    static String messageOf(Runnable call) {
        try {
            call.run();
            return "";
        } catch (OtpStoreException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
