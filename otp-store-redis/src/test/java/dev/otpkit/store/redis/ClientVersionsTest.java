package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientVersionsTest {
    private final LinkageError error = new NoClassDefFoundError("io/netty/Any");

    @ParameterizedTest
    @CsvSource({"7.7.0, 4.1.133", "7.5.2, 4.1.133", "7.2.2, 4.1.9", "10.0.0, 4.0.56"})
    void saysThatALettuceNeedsANewerNetty(String lettuce, String netty) {
        assertThat(new ClientVersions(lettuce, netty).explain(error))
                .isEqualTo("Lettuce " + lettuce + " needs Netty 4.2, but Netty " + netty + " is on the class path:"
                        + " manage io.netty to 4.2 or io.lettuce:lettuce-core to 6.8");
    }

    @Test
    void saysThatALettuceIsTooOld() {
        assertThat(List.of("6.5.5", "6.0.0", "5.3.7"))
                .allSatisfy(lettuce -> assertThat(new ClientVersions(lettuce, "4.1.133").explain(error))
                        .isEqualTo(
                                "Lettuce " + lettuce + " is too old: manage io.lettuce:lettuce-core to 6.8 or later"));
    }

    @Test
    void saysThatNettyIsMissing() {
        assertThat(new ClientVersions("7.7.0", "").explain(error))
                .isEqualTo(
                        "Lettuce 7.7.0 finds no Netty (java.lang.NoClassDefFoundError: io/netty/Any): it must be on the"
                                + " class path too; on the module path, run with --add-modules ALL-MODULE-PATH");
    }

    @ParameterizedTest
    @CsvSource({"7.7.0, 4.2.17", "7.2.1, 4.1.133", "6.6.0, 4.1.133", "6.8.1, 4.2.17", "6.8.1, 5.0.0"})
    void namesAnyOtherPairAndTheErrorItself(String lettuce, String netty) {
        assertThat(new ClientVersions(lettuce, netty).explain(error))
                .isEqualTo("Lettuce " + lettuce + " and Netty " + netty + " do not run together"
                        + " (java.lang.NoClassDefFoundError: io/netty/Any):"
                        + " manage them to Lettuce 7.7 with Netty 4.2, or to Lettuce 6.8 with Netty 4.1");
    }

    @Test
    void saysSoOfALettuceThatDoesNotNameItsVersion() {
        assertThat(new ClientVersions("", "4.1.133").explain(error))
                .startsWith("Lettuce of an unknown version needs Netty 4.2, but Netty 4.1.133 is on the class path");
    }

    @Test
    void findsAFailedLinkageBehindAFailureAndNothingElse() {
        assertThat(ClientVersions.mismatch(error)).containsSame(error);
        assertThat(ClientVersions.mismatch(new RedisConnectionException("no connection", new RedisException(error))))
                .containsSame(error);
        assertThat(ClientVersions.mismatch(new RedisException(new IllegalStateException())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.6.0", "6.7.0", "6.8.1", "7.5.2", "7.6.0", "7.7.0", "8.0.0", ""})
    void lettuceIsTakenForReplicasWithoutReconnect(String lettuce) {
        ClientOptions options = ClientOptions.builder().autoReconnect(false).build();

        assertThatNoException().isThrownBy(() -> new ClientVersions(lettuce, "").requireNoWaitAgain(options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.6.0", "6.8.1", "7.5.2", "7.7.0", "8.0.0", ""})
    void lettuceIsRefusedForReplicasIfItKeepsCommands(String lettuce) {
        assertRefused(lettuce, filtering().disconnectedBehavior(DisconnectedBehavior.DEFAULT), "REJECT_COMMANDS");
        assertRefused(
                lettuce, filtering().disconnectedBehavior(DisconnectedBehavior.ACCEPT_COMMANDS), "REJECT_COMMANDS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.7.0", "7.10.0", "8.0.0"})
    void aNewLettuceIsTakenForReplicasIfItRejectsCommands(String lettuce) {
        assertThatNoException()
                .isThrownBy(() -> new ClientVersions(lettuce, "")
                        .requireNoWaitAgain(rejecting(ClientOptions.builder()).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.7.0", "6.8.1", "7.5.2", "7.6.9"})
    void anOlderLettuceIsTakenForReplicasOnlyIfItFiltersWaitsToo(String lettuce) {
        assertThatNoException()
                .isThrownBy(() -> new ClientVersions(lettuce, "")
                        .requireNoWaitAgain(rejecting(filtering()).build()));
        assertRefused(lettuce, rejecting(ClientOptions.builder()), "replayFilter(command -> ");
        assertRefused(
                lettuce,
                rejecting(ClientOptions.builder().replayFilter(command -> command.getType() == CommandType.GET)),
                "replayFilter(command -> ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.6.0", "6.5.5", ""})
    void lettuceBefore67IsRefusedForReplicasWhateverItFilters(String lettuce) {
        assertRefused(lettuce, rejecting(filtering()), "replicas needs Lettuce 6.7 or later");
    }

    private static ClientOptions.Builder filtering() {
        return ClientOptions.builder().replayFilter(command -> command.getType() == CommandType.WAIT);
    }

    private static ClientOptions.Builder rejecting(ClientOptions.Builder options) {
        return options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }

    private static void assertRefused(String lettuce, ClientOptions.Builder options, String reason) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new ClientVersions(lettuce, "").requireNoWaitAgain(options.build()))
                .withMessageContaining(reason);
    }
}
