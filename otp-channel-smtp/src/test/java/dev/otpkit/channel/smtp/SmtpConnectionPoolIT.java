package dev.otpkit.channel.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmtpConnectionPoolIT {
    @Test
    void keepsABurstOfConnectionsUntilTheTimerRuns() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.execute(() -> awaitQuietly(end));
        try (ScriptedSmtpServer server = new ScriptedSmtpServer()) {
            SmtpConnectionPool pool = new SmtpConnectionPool(Duration.ofSeconds(30), timer);
            for (int i = 0; i < SmtpConnectionPool.MAX_BRIEFLY_KEPT + 3; i++) {
                pool.put(open(server));
            }

            assertThat(kept(pool)).isEqualTo(SmtpConnectionPool.MAX_BRIEFLY_KEPT);
        } finally {
            end.countDown();
            timer.shutdownNow();
        }
    }

    private static int kept(SmtpConnectionPool pool) {
        int kept = 0;
        while (pool.take() != null) {
            kept++;
        }
        return kept;
    }

    private static SmtpConnection open(ScriptedSmtpServer server) throws Exception {
        SmtpConnection connection = new SmtpConnection(
                new SmtpServer(
                        InetSocketAddress.createUnresolved("127.0.0.1", server.port()),
                        new SmtpTls(false, false, null),
                        null,
                        Duration.ofSeconds(10),
                        FromMailbox.parse("no-reply@acme.example")),
                null);
        connection.open();
        return connection;
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
