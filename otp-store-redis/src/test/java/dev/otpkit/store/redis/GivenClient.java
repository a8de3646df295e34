package dev.otpkit.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;

/** An application's own client, with the code of {@code docs/production.md}, word for word. */
final class GivenClient {
    private GivenClient() {}

    static RedisClient client(RedisURI uri) {
        ClientResources resources = ClientResources.builder()
                .reconnectDelay(Delay.constant(Duration.ofSeconds(1)))
                .build();
        RedisClient client = RedisClient.create(resources, uri);
        return client;
    }

    static RedisOtpStore store(RedisClient client) {
        client.setOptions(client.getOptions()
                .mutate()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        return RedisOtpStore.of(client.connect());
    }
}
