package dev.otpkit.store.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/** Fails commands without a reply when their connection ends. Lettuce before 6.7 would send them over the next one. */
final class PendingCommandHandler extends ChannelInboundHandlerAdapter {
    private final CommandHandler commands;

    private PendingCommandHandler(CommandHandler commands) {
        this.commands = commands;
    }

    /** Adds a handler before that of Lettuce, so that it is the first to be notified of the end. */
    static void addTo(ChannelPipeline pipeline) {
        ChannelHandlerContext commands = pipeline.context(CommandHandler.class);
        if (commands != null) {
            pipeline.addBefore(commands.name(), "pending-commands", new PendingCommandHandler((CommandHandler)
                    commands.handler()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        RedisException lost = new RedisException("Connection disconnected");
        commands.drainQueue().forEach(command -> command.completeExceptionally(lost));
        super.channelInactive(context);
    }
}
