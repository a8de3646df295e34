/**
 * Keeps passcodes in Redis or Valkey, for many JVMs.
 *
 * <p>Start at {@link dev.otpkit.store.redis.RedisOtpStore}.
 */
@SuppressWarnings("requires-transitive-automatic") // Lettuce has a stable name, but no descriptor.
module dev.otpkit.store.redis {
    requires transitive dev.otpkit;
    requires transitive lettuce.core;
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires org.slf4j;
    requires reactor.core;

    // For Lettuce, which has no descriptor with its own requirements.
    requires io.netty.handler;
    requires io.netty.resolver.dns;

    exports dev.otpkit.store.redis;
}
