package dev.otpkit.store.redis;

import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A primary, and the connection to it. Commands bring their own codec, so the connection's does not matter.
 *
 * @param description host and port
 * @param asking true for the target of an ASK redirection: each request must be preceded by ASKING
 */
record Node(String description, StatefulRedisConnection<byte[], byte[]> connection, boolean asking) {

    /** Sends a command that changes nothing, and waits for its reply. */
    <T> @Nullable T read(Command<byte[], byte[], T> command, Deadline deadline) {
        return send(command, 0, deadline);
    }

    /**
     * Runs a script, by its digest if the server knows it.
     *
     * @param replicas the number of replicas that must confirm the change; with 0, none is waited for
     */
    <T> @Nullable T evaluate(Script<T> script, byte[] key, List<byte[]> arguments, int replicas, Deadline deadline) {
        try {
            Command<byte[], byte[], T> command =
                    new Command<>(CommandType.EVALSHA, script.output().get(), arguments(script.sha1(), key, arguments));
            return send(command, replicas, deadline);
        } catch (RedisNoScriptException e) {
            Command<byte[], byte[], T> command =
                    new Command<>(CommandType.EVAL, script.output().get(), arguments(script.source(), key, arguments));
            return send(command, replicas, deadline);
        }
    }

    private static CommandArgs<byte[], byte[]> arguments(String script, byte[] key, List<byte[]> arguments) {
        CommandArgs<byte[], byte[]> all =
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script).add(1).addKey(key);
        arguments.forEach(all::add);
        return all;
    }

    private <T> @Nullable T send(Command<byte[], byte[], T> command, int replicas, Deadline deadline) {
        if (!connection.isOpen()) {
            throw new NotConnectedException();
        }
        AsyncCommand<byte[], byte[], T> main = new AsyncCommand<>(command);
        if (!asking && replicas == 0) {
            connection.dispatch(main);
            return await(main, List.of(main), deadline);
        }
        List<AsyncCommand<byte[], byte[], ?>> batch = new ArrayList<>();
        AsyncCommand<byte[], byte[], String> askingReply =
                new AsyncCommand<>(new Command<>(CommandType.ASKING, new StatusOutput<>(ByteArrayCodec.INSTANCE)));
        if (asking) {
            batch.add(askingReply);
        }
        batch.add(main);
        // WAIT covers the changes of its own connection. A batch is never split between two connections.
        Duration replicaTimeout = Duration.ofMillis(Math.max(1, deadline.remainingNanos() / 4 * 3 / 1_000_000));
        AsyncCommand<byte[], byte[], Long> confirmation = new AsyncCommand<>(new Command<>(
                CommandType.WAIT,
                new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add(replicas).add(replicaTimeout.toMillis())));
        if (replicas > 0) {
            batch.add(confirmation);
        }
        connection.dispatch(batch);
        if (asking) {
            await(askingReply, batch, deadline);
        }
        T result = await(main, batch, deadline);
        if (replicas > 0) {
            Long confirmed = await(confirmation, batch, deadline);
            if (confirmed == null || confirmed < replicas) {
                throw new NotReplicatedException(confirmed == null ? 0 : confirmed, replicas, replicaTimeout);
            }
        }
        return result;
    }

    private static <T> @Nullable T await(
            AsyncCommand<byte[], byte[], T> command, List<AsyncCommand<byte[], byte[], ?>> batch, Deadline deadline) {
        boolean replied = false;
        try {
            T reply = command.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            replied = true;
            return reply;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RedisException refusal ? refusal : new RedisException(e.getCause());
        } catch (TimeoutException e) {
            throw new RedisCommandTimeoutException("no reply in time");
        } catch (CancellationException e) {
            throw new NotConnectedException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisCommandInterruptedException(e);
        } finally {
            if (!replied) {
                // Commands that are not written yet must not be written later.
                batch.forEach(each -> each.cancel(false));
            }
        }
    }

    /** Thrown if there is no connection: nothing was sent, or the reply was lost. */
    static final class NotConnectedException extends RedisException {
        private static final long serialVersionUID = 1L;

        NotConnectedException() {
            super("not connected");
        }
    }

    /** Thrown if too few replicas confirmed a change. */
    static final class NotReplicatedException extends RedisException {
        private static final long serialVersionUID = 1L;

        NotReplicatedException(long confirmed, int wanted, Duration replicaTimeout) {
            super("only " + confirmed + " of " + wanted + " replicas confirmed the write within " + replicaTimeout);
        }
    }
}
