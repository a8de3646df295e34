package dev.otpkit.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if a property below a prefix has a value that is not blank. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Conditional(ConditionalOnAdapterProperties.OnAdapterProperties.class)
@interface ConditionalOnAdapterProperties {
    /** Returns the prefix, such as {@code otpkit.mshastra}. */
    String value();

    /** Looks the prefix up in the environment. */
    final class OnAdapterProperties extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            Map<String, @Nullable Object> attributes = Objects.requireNonNull(
                    metadata.getAnnotationAttributes(ConditionalOnAdapterProperties.class.getName()));
            String prefix = String.valueOf(attributes.get("value"));
            boolean matches = AdapterProperties.areSet(context.getEnvironment(), prefix);
            return new ConditionOutcome(
                    matches,
                    ConditionMessage.forCondition(ConditionalOnAdapterProperties.class)
                            .because(prefix + ".* is " + (matches ? "set" : "not set")));
        }
    }
}
