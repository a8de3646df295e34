package dev.otpkit.benchmarks.memory;

import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.security.authentication.ott.JdbcOneTimeTokenService;

/**
 * Spring Security's service on JDBC: H2 in memory, behind the pool that Spring Boot takes, with the table of its own
 * script. Its hourly cleaning does not run.
 */
final class SpringJdbc extends Spring {
    private final HikariDataSource database;

    SpringJdbc(Form form) {
        this(form, database());
    }

    private SpringJdbc(Form form, HikariDataSource database) {
        super(form, new JdbcOneTimeTokenService(new JdbcTemplate(database)));
        this.database = database;
    }

    private static HikariDataSource database() {
        HikariDataSource database = new HikariDataSource();
        database.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
        new ResourceDatabasePopulator(
                        new ClassPathResource("org/springframework/security/core/ott/jdbc/one-time-tokens-schema.sql"))
                .execute(database);
        return database;
    }

    @Override
    public void close() {
        database.close();
    }
}
