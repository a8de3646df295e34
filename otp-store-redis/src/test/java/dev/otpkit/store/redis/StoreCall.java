package dev.otpkit.store.redis;

import dev.otpkit.OtpStoreException;

/** Runs calls of a store that may fail for a while. */
final class StoreCall {
    private StoreCall() {}

    static boolean succeeds(Runnable call) {
        return messageOf(call).isEmpty();
    }

    /** Returns the message of the failure; empty for success. */
    static String messageOf(Runnable call) {
        try {
            call.run();
            return "";
        } catch (OtpStoreException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
