package dev.otpkit.spring;

import static dev.otpkit.spring.AdapterProperties.apply;
import static dev.otpkit.spring.AdapterProperties.isSet;
import static dev.otpkit.spring.AdapterProperties.missing;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.resource.ClientResources;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the store in Redis, which {@code otpkit.store=redis} selects, unless the application has a bean
 * of type {@link OtpStore}.
 *
 * <p>The store has a client of its own: that of Spring Data may send a command twice after a reconnect. It connects to
 * {@code otpkit.redis.uri} or {@code otpkit.redis.uris}, or else to the servers of the application's
 * {@code DataRedisConnectionDetails} ({@code spring.data.redis.*}): one server, Sentinels or a Cluster, with the user,
 * the password, the database and the SSL bundle. It shares the threads of the application's {@code ClientResources}, if
 * there is one bean of that type. By default it connects in its first call.
 *
 * <p>The start fails if {@code otp-store-redis} is not on the class path, or no server is known.
 */
@AutoConfiguration(afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnProperty(name = "otpkit.store", havingValue = "redis")
public final class OtpRedisAutoConfiguration {
    private static final String PREFIX = "otpkit.redis";

    OtpRedisAutoConfiguration() {}

    /** Refuses {@code otpkit.store=redis} without the module, unless the application has a store of its own. */
    @Bean
    static BeanFactoryPostProcessor otpRedisModule() {
        return beans -> {
            if (beans.getBeanNamesForType(OtpStore.class, true, false).length == 0) {
                AdapterModule.REDIS.require("otpkit.store=redis", beans.getBeanClassLoader());
            }
        };
    }

    /** The servers of Spring Data. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RedisOtpStore.class, DataRedisConnectionDetails.class})
    @ConditionalOnBean(DataRedisConnectionDetails.class)
    static class SpringDataConfiguration {
        @Bean
        RedisServers.Source otpRedisServers(DataRedisConnectionDetails details, Environment environment) {
            return builder -> RedisServers.of(details, environment.getProperty(RedisServers.URL))
                    .applyTo(builder);
        }
    }

    /** The store. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RedisOtpStore.class)
    @ConditionalOnMissingBean(OtpStore.class)
    @EnableConfigurationProperties(OtpRedisProperties.class)
    static class StoreConfiguration {
        @Bean
        RedisOtpStore otpRedisStore(
                OtpRedisProperties properties,
                ObjectProvider<RedisServers.Source> springData,
                ObjectProvider<ClientResources> resources) {
            RedisOtpStore.Builder builder = RedisOtpStore.builder();
            List<String> nodes =
                    properties.uris().stream().filter(AdapterProperties::isSet).toList();
            if (isSet(properties.uri()) && !nodes.isEmpty()) {
                throw new OtpSettingException(
                        PREFIX + ".uri and " + PREFIX + ".uris must not be set together", "Remove one of them.");
            }
            if (isSet(properties.uri())) {
                apply(PREFIX + ".uri", properties.uri(), builder::uri);
            } else if (!nodes.isEmpty()) {
                apply(PREFIX + ".uris", nodes, uris -> builder.cluster(uris.toArray(String[]::new)));
            } else {
                RedisServers.Source source = springData.getIfAvailable();
                if (source == null) {
                    throw missing(
                            PREFIX + ".uri or " + PREFIX + ".uris",
                            ", or org.springframework.boot:spring-boot-starter-data-redis be on the class path, since"
                                    + " otpkit.store is redis");
                }
                source.applyTo(builder);
            }
            apply(PREFIX + ".prefix", properties.prefix(), builder::prefix);
            apply(PREFIX + ".timeout", properties.timeout(), builder::timeout);
            apply(PREFIX + ".connect-timeout", properties.connectTimeout(), builder::connectTimeout);
            apply(PREFIX + ".replicas", properties.replicas(), builder::replicas);
            resources.ifUnique(builder::clientResources);
            return builder.lazy(properties.lazy()).build();
        }
    }
}
