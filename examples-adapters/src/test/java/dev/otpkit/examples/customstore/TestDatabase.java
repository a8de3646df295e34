package dev.otpkit.examples.customstore;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.otpkit.testkit.FaultyProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.tools.Server;

/** An H2 server in memory, a proxy before it that the contract breaks, and a pool of connections through the proxy. */
final class TestDatabase {
    static final FaultyProxy PROXY;
    static final DataSource POOL;
    private static final DataSource DIRECT;

    static {
        try {
            Server server =
                    Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            PROXY = FaultyProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
            POOL = pool(PROXY.address().getPort());
            DIRECT = pool(server.getPort());
            try (InputStream tables = JdbcOtpStore.class.getResourceAsStream("tables.sql")) {
                execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestDatabase() {}

    private static DataSource pool(int port) {
        // By default the pool does not validate a connection that was used in the last half second.
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:tcp://127.0.0.1:" + port + "/mem:otp;DB_CLOSE_DELAY=-1;NETWORK_TIMEOUT=2000");
        config.setConnectionTimeout(2000);
        config.setValidationTimeout(1000);
        config.setMaximumPoolSize(24);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** Runs work of an application in a transaction of the store's data source, and rolls it back. */
    static void rollBackAfter(Runnable work) throws SQLException {
        try (Connection connection = POOL.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table if not exists orders (id int)");
                statement.execute("insert into orders values (1)");
                work.run();
            } finally {
                connection.rollback();
            }
        }
    }

    static void execute(String sql) throws SQLException {
        try (Connection connection = DIRECT.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long count(String sql) throws SQLException {
        try (Connection connection = DIRECT.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
