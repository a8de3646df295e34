package acme.caffeine;

import acme.jvm.Watch;
import dev.otpkit.OtpManager;
import dev.otpkit.SendResult;
import dev.otpkit.store.caffeine.CaffeineOtpStore;

/** Makes a code and verifies it. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Watch.over(() -> {
            try (CaffeineOtpStore store = CaffeineOtpStore.create()) {
                OtpManager otp = OtpManager.builder()
                        .store(store)
                        .developmentMode(true)
                        .defaultRegion("SA")
                        .build();
                SendResult.Sent sent = (SendResult.Sent) otp.send("0501234567");
                if (otp.verify("+966 50 123 4567", sent.developmentCode().orElseThrow())
                        .isVerified()) {
                    System.out.println("verified");
                }
            }
        });
    }
}
