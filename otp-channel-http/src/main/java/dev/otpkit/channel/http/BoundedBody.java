package dev.otpkit.channel.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A body in UTF-8 with a bound on its size that no honest response exceeds. It is available together with the head, so
 * that the wait for its end can be bounded, too: the client itself bounds only the wait for the head.
 */
final class BoundedBody implements BodySubscriber<BoundedBody> {
    private static final int MAX_BYTES = 256 * 1024;

    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private final CompletableFuture<String> whole = text.getBody().toCompletableFuture();
    private volatile Flow.@Nullable Subscription subscription;
    private long bytes;

    /** Returns the whole text, or closes the connection. */
    String await(long nanos) throws IOException, InterruptedException {
        try {
            return whole.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("the response did not end in time");
        } catch (ExecutionException e) {
            throw new IOException("the response is broken", e.getCause());
        } finally {
            Flow.Subscription current = subscription;
            if (!whole.isDone() && current != null) {
                current.cancel();
            }
        }
    }

    @Override
    public CompletionStage<BoundedBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        text.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        bytes += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes <= MAX_BYTES) {
            text.onNext(buffers);
        } else if (!whole.isDone()) {
            text.onError(new IOException("the response has more than " + MAX_BYTES + " bytes"));
            Flow.Subscription current = subscription;
            if (current != null) {
                current.cancel();
            }
        }
    }

    @Override
    public void onError(Throwable thrown) {
        text.onError(thrown);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }
}
