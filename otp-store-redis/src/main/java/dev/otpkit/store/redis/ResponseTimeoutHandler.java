package dev.otpkit.store.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Closes a connection on which nothing has arrived for some time although a reply is due. When a host vanishes without
 * closing its connections, TCP itself gives up only after a quarter of an hour, and until then every call would run
 * into its time-out.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for a check, or for the end of a closed connection.
final class ResponseTimeoutHandler extends ChannelDuplexHandler {
    private final long limitNanos;
    private final BooleanSupplier suspended;
    private boolean waiting;
    private long waitingSince;
    private boolean scheduled;

    /** @param suspended true while another time limit applies */
    ResponseTimeoutHandler(Duration limit, BooleanSupplier suspended) {
        this.limitNanos = limit.toNanos();
        this.suspended = suspended;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (!waiting) {
            waiting = true;
            waitingSince = System.nanoTime();
        }
        if (!scheduled) {
            schedule(context, limitNanos);
        }
        super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        waiting = false;
        super.channelRead(context, message);
    }

    private void schedule(ChannelHandlerContext context, long nanos) {
        scheduled = true;
        context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext context) {
        scheduled = false;
        if (!waiting || !context.channel().isActive()) {
            return;
        }
        long left = waitingSince + limitNanos - System.nanoTime();
        if (left > 0) {
            schedule(context, left);
        } else if (suspended.getAsBoolean()) {
            schedule(context, limitNanos);
        } else {
            context.close();
        }
    }
}
