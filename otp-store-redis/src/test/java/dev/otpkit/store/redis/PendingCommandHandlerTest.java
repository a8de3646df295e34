package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.Endpoint;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PendingCommandHandlerTest {
    @Test
    void leavesNothingToSendAgainWhenAConnectionEnds() {
        ClientResources resources = ClientResources.create();
        try {
            List<Object> queued = new ArrayList<>();
            Endpoint endpoint = (Endpoint) Proxy.newProxyInstance(
                    Endpoint.class.getClassLoader(), new Class<?>[] {Endpoint.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("notifyDrainQueuedCommands")) {
                            queued.addAll(((CommandHandler) arguments[0]).drainQueue());
                        }
                        return method.getReturnType() == String.class ? "endpoint" : null;
                    });
            EmbeddedChannel channel = new EmbeddedChannel(
                    new CommandEncoder(), new CommandHandler(ClientOptions.create(), resources, endpoint));
            PendingCommandHandler.addTo(channel.pipeline());
            AsyncCommand<byte[], byte[], String> command =
                    new AsyncCommand<>(new Command<>(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE)));
            channel.writeOutbound(command);
            assertThat(command).isNotDone();

            channel.finishAndReleaseAll();

            assertThat(queued).as("commands that Lettuce may send again").isEmpty();
            assertThat(command)
                    .isCompletedExceptionally()
                    .failsWithin(0, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(RedisException.class)
                    .withMessageContaining("Connection disconnected");
        } finally {
            resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void isNotAddedWhereThereAreNoCommands() {
        EmbeddedChannel channel = new EmbeddedChannel(new CommandEncoder());

        PendingCommandHandler.addTo(channel.pipeline());

        assertThat(channel.pipeline().get(PendingCommandHandler.class)).isNull();
    }
}
