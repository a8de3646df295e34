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

/**
 * An H2 database in memory, with a pool of connections over a server and a proxy, which a contract breaks, and a pool
 * of direct ones, which cost less.
 */
final class TestDatabase {
    static final FaultyProxy PROXY;
    static final DataSource POOL;
    static final DataSource DIRECT;

    static {
        try {
            Server server =
                    Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            PROXY = FaultyProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
            POOL = pool("jdbc:h2:tcp://127.0.0.1:" + PROXY.address().getPort()
                    + "/mem:otp;DB_CLOSE_DELAY=-1;NETWORK_TIMEOUT=2000");
            DIRECT = pool("jdbc:h2:mem:otp;DB_CLOSE_DELAY=-1");
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

    private static DataSource pool(String url) {
        // By default the pool does not validate a connection that was used in the last half second.
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "0");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setConnectionTimeout(2000);
        config.setValidationTimeout(1000);
        config.setMaximumPoolSize(24);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** Runs work of an application in a transaction of the data source of the store, and rolls it back. */
    static void rollBackAfter(DataSource source, Runnable work) throws SQLException {
        try (Connection connection = source.getConnection()) {
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
