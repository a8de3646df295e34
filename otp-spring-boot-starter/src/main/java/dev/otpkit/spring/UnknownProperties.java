package dev.otpkit.spring;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The search for properties under {@code otpkit} that nothing reads, such as misspelled ones. Known are those in the
 * configuration metadata of the class path, an application's own included, and all below a known map or list.
 * Environment variables and system properties are not searched, since their names may belong to others.
 */
final class UnknownProperties {
    private static final Logger LOG = LoggerFactory.getLogger(UnknownProperties.class);
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("otpkit");

    private UnknownProperties() {}

    /** Logs a warning for each; none where there is no metadata, as in a native image. */
    static void warn(Environment environment, ClassLoader loader) {
        List<ConfigurationPropertyName> known = known(loader);
        if (known.isEmpty() || !(environment instanceof ConfigurableEnvironment configurable)) {
            return;
        }
        for (ConfigurationPropertySource source :
                ConfigurationPropertySources.from(configurable.getPropertySources())) {
            if (source instanceof IterableConfigurationPropertySource names && !isOfTheSystem(source)) {
                names.filter(PREFIX::isAncestorOf).stream()
                        .filter(name -> known.stream().noneMatch(each -> each.equals(name) || each.isAncestorOf(name)))
                        .forEach(name -> warn(source.getConfigurationProperty(name), name));
            }
        }
    }

    private static void warn(@Nullable ConfigurationProperty property, ConfigurationPropertyName name) {
        LOG.warn("unknown property {} has no effect, from {}", name, property == null ? null : property.getOrigin());
    }

    private static boolean isOfTheSystem(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof PropertySource<?> underlying
                && (underlying.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
                        || underlying.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME));
    }

    /** Returns none if some metadata cannot be read: its names would be unknown. */
    private static List<ConfigurationPropertyName> known(ClassLoader loader) {
        List<ConfigurationPropertyName> names = new ArrayList<>();
        try {
            for (URL file : Collections.list(loader.getResources(METADATA))) {
                try (InputStream in = file.openStream()) {
                    String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    if (json.contains("\"otpkit.")) {
                        addNames(json, names);
                    }
                }
            }
        } catch (IOException | JsonParseException e) {
            LOG.debug("unknown properties are not looked for, since configuration metadata cannot be read", e);
            return List.of();
        }
        return names;
    }

    private static void addNames(String json, List<ConfigurationPropertyName> names) {
        Object properties = JsonParserFactory.getJsonParser().parseMap(json).get("properties");
        if (properties instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof Map<?, ?> property
                        && property.get("name") instanceof String name
                        && name.startsWith("otpkit.")) {
                    // Metadata that is written by hand may have names that are not canonical.
                    names.add(ConfigurationPropertyName.adapt(name, '.'));
                }
            }
        }
    }
}
