package dev.otpkit.store.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Closes a connection over which nothing has come for some time although something was asked. When a host vanishes
 * without a word, TCP itself gives up after a quarter of an hour only, and until then every call would run into its
 * time-out.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for a look, or for the end of what is given up.
final class ResponseTimeoutHandler extends ChannelDuplexHandler {
    private final long limitNanos;
    private final BooleanSupplier patient;
    private boolean waiting;
    private long waitingSince;
    private boolean watching;

    /** @param patient whether something else ends the silence at present */
    ResponseTimeoutHandler(Duration limit, BooleanSupplier patient) {
        this.limitNanos = limit.toNanos();
        this.patient = patient;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (!waiting) {
            waiting = true;
            waitingSince = System.nanoTime();
        }
        if (!watching) {
            watchFor(context, limitNanos);
        }
        super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        waiting = false;
        super.channelRead(context, message);
    }

    private void watchFor(ChannelHandlerContext context, long nanos) {
        watching = true;
        context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        watching = false;
        if (!waiting || !context.channel().isActive()) {
            return;
        }
        long left = waitingSince + limitNanos - System.nanoTime();
        if (left > 0) {
            watchFor(context, left);
        } else if (patient.getAsBoolean()) {
            watchFor(context, limitNanos);
        } else {
            context.close();
        }
    }
}
