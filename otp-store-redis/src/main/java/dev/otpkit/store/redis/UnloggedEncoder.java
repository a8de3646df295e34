package dev.otpkit.store.redis;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.Collection;
import java.util.List;

/**
 * Does what Lettuce's own encoder does, but for one thing: that one logs all it sends at TRACE, and so the password.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the end of what is given up.
final class UnloggedEncoder extends CommandEncoder {
    @Override
    protected void encode(ChannelHandlerContext context, Object message, ByteBuf out) {
        Collection<?> commands = message instanceof Collection<?> batch ? batch : List.of(message);
        boolean complete = false;
        try {
            for (Object each : commands) {
                if (each instanceof RedisCommand<?, ?, ?> command) {
                    command.encode(out);
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                // Half a command may be in the buffer already.
                context.close();
            }
        }
    }
}
