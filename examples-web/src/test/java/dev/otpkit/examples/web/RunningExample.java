package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingListener;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The application, running in this JVM on a free port, with a clock that its tests set and a listener of theirs. */
final class RunningExample implements AutoCloseable {
    private final MutableClock clock = MutableClock.create();
    private final RecordingListener listener = RecordingListener.create();
    private final ConfigurableApplicationContext application;

    private RunningExample(Consumer<GenericApplicationContext> beans, String... properties) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off"));
        arguments.addAll(List.of(properties));
        application = new SpringApplicationBuilder(WebExample.class)
                .initializers(context -> {
                    GenericApplicationContext own = (GenericApplicationContext) context;
                    own.registerBean(MutableClock.class, () -> clock);
                    own.registerBean(RecordingListener.class, () -> listener);
                    beans.accept(own);
                })
                .run(arguments.toArray(String[]::new));
    }

    /** Starts the application with these properties, each as in "--name=value". */
    static RunningExample start(String... properties) {
        return new RunningExample(beans -> {}, properties);
    }

    /** Starts the application with its codes in this store. */
    static RunningExample startOn(OtpStore store) {
        return new RunningExample(beans -> beans.registerBean(OtpStore.class, () -> store));
    }

    URI address() {
        return URI.create("http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port"));
    }

    MutableClock clock() {
        return clock;
    }

    RecordingListener listener() {
        return listener;
    }

    /** Returns the messages to an address, as in "a@customer.example" or "+966501234567", newest first. */
    List<OtpMessage> inboxOf(String address) {
        return application.getBean(Inbox.class).messages().stream()
                .filter(message -> message.recipient().address().equals(address))
                .toList();
    }

    OtpMessage lastMessageTo(String address) {
        List<OtpMessage> messages = inboxOf(address);
        assertThat(messages).as("messages to %s", address).isNotEmpty();
        return messages.get(0);
    }

    String lastCodeTo(String address) {
        return lastMessageTo(address).code();
    }

    @Override
    public void close() {
        application.close();
    }
}
