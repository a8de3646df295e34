package dev.otpkit.examples.web;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpStoreException;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import java.time.Instant;
import org.springframework.stereotype.Service;

/** Sends and verifies codes, and turns each other outcome into the problem that a page shows. Thread-safe. */
@Service
final class Codes {
    private final OtpManager otp;

    Codes(OtpManager otp) {
        this.otp = otp;
    }

    /** Sends a code, and returns the moment from which another one may be asked for. */
    Instant send(OtpRequest request) throws RefusedException {
        SendResult result;
        try {
            result = otp.send(request);
        } catch (OtpStoreException e) {
            throw new RefusedException(Problem.ofOutage("away"));
        }
        if (result instanceof SendResult.Sent sent) {
            return sent.resendAfter();
        }
        throw new RefusedException(
                result instanceof SendResult.Refused refused ? Problem.of(refused) : Problem.ofOutage("undelivered"));
    }

    /** Returns if the code is right. */
    void verify(VerifyRequest request) throws RefusedException {
        VerifyResult result;
        try {
            result = otp.verify(request);
        } catch (OtpStoreException e) {
            throw new RefusedException(Problem.ofOutage("away"));
        }
        if (result instanceof VerifyResult.Rejected rejected) {
            throw new RefusedException(Problem.of(rejected));
        }
        if (!result.isVerified()) {
            throw new RefusedException(Problem.ofOutage("away"));
        }
    }

    /** Withdraws the pending codes of an address for a purpose. */
    void cancel(String address, String purpose) throws RefusedException {
        try {
            otp.cancel(address, purpose);
        } catch (OtpStoreException e) {
            throw new RefusedException(Problem.ofOutage("away"));
        }
    }
}
