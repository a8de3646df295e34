package dev.otpkit.benchmarks.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * The code that tutorials show: six random digits, a cache whose entries expire after five minutes, a comparison. It
 * has no limit of attempts or sends, and the codes are in the cache as they are.
 */
class Tutorial implements Peer {
    private final Outbox outbox = new Outbox();
    private final SecureRandom random = new SecureRandom();
    private final Cache<String, String> codes =
            Caffeine.newBuilder().expireAfterWrite(5, TimeUnit.MINUTES).build();
    private final TutorialMessage message;

    Tutorial(Form form) {
        this.message = new TutorialMessage(form, outbox);
    }

    @Override
    public void send(String address) {
        String code = String.format("%06d", random.nextInt(1_000_000));
        codes.put(address, code);
        message.send(address, code);
    }

    @Override
    public boolean verify(String address, String code) {
        String sent = codes.getIfPresent(address);
        if (sent == null || !sent.equals(code)) {
            return false;
        }
        codes.invalidate(address);
        return true;
    }

    @Override
    public String lastCode() {
        return outbox.code();
    }
}
