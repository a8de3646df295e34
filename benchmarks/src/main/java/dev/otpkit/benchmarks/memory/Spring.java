package dev.otpkit.benchmarks.memory;

import org.springframework.security.authentication.ott.GenerateOneTimeTokenRequest;
import org.springframework.security.authentication.ott.OneTimeToken;
import org.springframework.security.authentication.ott.OneTimeTokenAuthenticationToken;
import org.springframework.security.authentication.ott.OneTimeTokenService;

/**
 * One-time tokens of Spring Security: a token is a UUID, found by itself. The mail is that of the tutorial, with the
 * token in place of the code.
 */
abstract class Spring implements Peer {
    private final Outbox outbox = new Outbox();
    private final OneTimeTokenService tokens;
    private final TutorialMessage message;

    Spring(Form form, OneTimeTokenService tokens) {
        this.tokens = tokens;
        this.message = new TutorialMessage(form, outbox);
    }

    @Override
    public void send(String address) {
        OneTimeToken token = tokens.generate(new GenerateOneTimeTokenRequest(address));
        message.send(address, token.getTokenValue());
    }

    /** Puts a token into the outbox that was generated elsewhere. */
    final void sent(String address, String token) {
        outbox.take(address, token, "", "", "");
    }

    @Override
    public boolean verify(String address, String code) {
        OneTimeToken token = tokens.consume(OneTimeTokenAuthenticationToken.unauthenticated(code));
        return token != null && token.getUsername().equals(address);
    }

    @Override
    public String lastCode() {
        return outbox.code();
    }
}
