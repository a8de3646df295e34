package dev.otpkit.benchmarks.memory;

/**
 * The recipients of one thread. Some have a pending code at any time; a pair is the verification of the oldest pending
 * code and a send to the recipient that has waited longest. Not thread-safe.
 *
 * <p>Up to {@link #WAITING} more recipients have verified their codes, one more after each pair. They keep the same
 * recipient from coming back within milliseconds, so that no limit is reached and the history of each is short.
 */
final class Visitors {
    private static final int WAITING = 50_000;

    private final Peer peer;
    private final Form form;
    private final int first;
    private final int all;
    private final String[] codes;
    private int oldest;

    Visitors(Peer peer, Form form, int pending, int thread) {
        this.peer = peer;
        this.form = form;
        this.all = pending + WAITING;
        this.first = thread * all;
        this.codes = new String[pending];
        for (int i = 0; i < pending; i++) {
            peer.prepare(address(i));
            codes[i] = peer.lastCode();
        }
    }

    void pair() {
        int slot = slot(oldest);
        // A copy, since a request brings its own string: that of the peer would be equal by identity.
        if (!peer.verify(address(oldest % all), new String(codes[slot]))) {
            throw new IllegalStateException("a right code was rejected");
        }
        peer.send(address((oldest + codes.length) % all));
        codes[slot] = peer.lastCode();
        oldest++;
    }

    private int slot(int count) {
        return count % codes.length;
    }

    private String address(int number) {
        return form.address(first + number);
    }
}
