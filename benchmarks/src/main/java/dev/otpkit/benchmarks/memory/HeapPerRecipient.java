package dev.otpkit.benchmarks.memory;

import dev.otpkit.benchmarks.FullOnly;
import dev.otpkit.benchmarks.Measurement;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The heap that a recipient with a pending code uses, of a million: what remains after garbage collections. */
@FullOnly
public final class HeapPerRecipient implements Measurement {
    private static final int RECIPIENTS = 1_000_000;

    /** Opens nothing yet. */
    public HeapPerRecipient() {}

    @Override
    public String title() {
        return "Heap per recipient, of 1 000 000";
    }

    @Override
    public String baseline() {
        return "tutorial";
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public Map<String, Supplier<Double>> contenders() {
        Map<String, Supplier<Double>> contenders = new LinkedHashMap<>();
        for (String contender : ColdStart.CONTENDERS) {
            contenders.put(contender, () -> heap(Peer.of(contender, Form.HTML_MAIL)));
        }
        return contenders;
    }

    private static double heap(Peer peer) {
        peer.prepare(Form.HTML_MAIL.address(RECIPIENTS));
        long before = used();
        for (int i = 0; i < RECIPIENTS; i++) {
            peer.prepare(Form.HTML_MAIL.address(i));
        }
        double heap = (used() - before) / (double) RECIPIENTS;
        if (!peer.verify(Form.HTML_MAIL.address(RECIPIENTS - 1), peer.lastCode())) {
            throw new IllegalStateException("a right code was rejected");
        }
        return heap;
    }

    /** Returns the least of several, since caches tidy up in the background. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
