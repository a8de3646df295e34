package dev.otpkit.store.redis;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.Collection;
import java.util.List;

/**
 * An encoder of commands without logging. That of Lettuce logs all commands at TRACE, including AUTH with the password.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the end of a closed connection.
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
                // The buffer may already hold part of a command.
                context.close();
            }
        }
    }
}
