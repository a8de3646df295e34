package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.otpkit.OtpStoreException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisOtpStoreTlsIT {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    @TempDir
    private static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void startServer() throws Exception {
        Path keys = folder.resolve("keys.p12");
        makeKey(keys);
        exportPem(keys);
        try {
            server = RedisServer.start(
                    "--tls-port",
                    Integer.toString(RedisServer.freePort()),
                    "--tls-cert-file",
                    folder.resolve("certificate.pem").toString(),
                    "--tls-key-file",
                    folder.resolve("key.pem").toString(),
                    "--tls-auth-clients",
                    "no");
        } catch (IllegalStateException e) {
            // Before 7.2 the option is not known, later it is.
            boolean withoutTls =
                    e.getMessage().contains("tls-port") || e.getMessage().contains("Failed finding TLS support");
            assumeTrue(!withoutTls, "this redis-server was built without TLS");
            throw e;
        }
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void trustTheDefaultAuthorities() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
    }

    @Test
    void connectsOverTlsToAServerThatTheJvmTrusts() {
        System.setProperty(TRUST_STORE, folder.resolve("trusted.p12").toString());
        System.setProperty(TRUST_STORE + "Password", new String(PASSWORD));

        try (RedisOtpStore store = RedisOtpStore.create("rediss://localhost:" + tlsPort())) {
            assertThat(store.get("nothing")).isNull();
            assertThat(server.commands().clientList()).contains("laddr=127.0.0.1:" + tlsPort());
        }
    }

    @Test
    void connectsOverTlsToAServerThatTheGivenOptionsTrust() throws Exception {
        RedisURI uri = RedisURI.create("rediss://localhost:" + tlsPort());
        SslOptions tls = SslOptions.builder()
                .trustManager(folder.resolve("certificate.pem").toFile())
                .build();

        try (RedisOtpStore store = RedisOtpStore.builder().uri(uri).tls(tls).build()) {
            assertThat(store.get("nothing")).isNull();
        }
        assertRefused("rediss://localhost:" + tlsPort(), "localhost:" + tlsPort());
        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> RedisOtpStore.builder()
                        .uri("rediss://127.0.0.1:" + tlsPort())
                        .tls(tls)
                        .build())
                .withMessageContaining("the certificate must name the host");
    }

    @Test
    void connectsOverTlsToTheSentinelAndToThePrimaryThatItNames() {
        System.setProperty(TRUST_STORE, folder.resolve("trusted.p12").toString());
        System.setProperty(TRUST_STORE + "Password", new String(PASSWORD));
        int port = RedisServer.freePort();
        try (RedisServer sentinel = RedisServer.startSentinel(List.of(
                        "tls-port " + port,
                        "tls-replication yes",
                        "tls-auth-clients no",
                        "tls-cert-file " + folder.resolve("certificate.pem"),
                        "tls-key-file " + folder.resolve("key.pem"),
                        "tls-ca-cert-file " + folder.resolve("certificate.pem"),
                        "sentinel resolve-hostnames yes",
                        "sentinel announce-hostnames yes",
                        "sentinel monitor mymaster localhost " + tlsPort() + " 1"));
                RedisOtpStore store = RedisOtpStore.create("rediss-sentinel://localhost:" + port + "#mymaster")) {
            assertThat(store.get("nothing")).isNull();
            assertThat(server.commands().clientList().lines())
                    .anySatisfy(
                            client -> assertThat(client).contains("laddr=127.0.0.1:" + tlsPort() + " ", "cmd=getex"));
            assertThat(store)
                    .asString()
                    .contains("localhost:" + tlsPort() + ", mymaster of Sentinel localhost:" + port);
            assertThat(sentinel.isRunning()).isTrue();
        }
    }

    @Test
    void refusesACertificateThatNamesAnotherHost() {
        System.setProperty(TRUST_STORE, folder.resolve("trusted.p12").toString());
        System.setProperty(TRUST_STORE + "Password", new String(PASSWORD));

        assertRefused("rediss://127.0.0.1:" + tlsPort(), "127.0.0.1:" + tlsPort());
    }

    @Test
    void refusesACertificateThatTheJvmDoesNotTrust() {
        assertRefused("rediss://localhost:" + tlsPort(), "localhost:" + tlsPort());
    }

    private static void assertRefused(String uri, String where) {
        assertThatExceptionOfType(OtpStoreException.class)
                .isThrownBy(() -> RedisOtpStore.create(uri))
                .withMessageContaining("Redis at " + where)
                .withMessageContaining("the JVM must trust its certificate, and the certificate must name the host");
    }

    private static String tlsPort() {
        return server.commands().configGet("tls-port").get("tls-port");
    }

    private static void makeKey(Path keys) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keystore", keys.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(List.of("-alias", "redis", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1"));
        command.addAll(List.of("-dname", "CN=localhost", "-ext", "san=dns:localhost", "-ext", "bc:c"));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private static void exportPem(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        write("key.pem", "PRIVATE KEY", store.getKey("redis", PASSWORD).getEncoded());
        write("certificate.pem", "CERTIFICATE", store.getCertificate("redis").getEncoded());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("redis", store.getCertificate("redis"));
        try (OutputStream out = Files.newOutputStream(folder.resolve("trusted.p12"))) {
            trusted.store(out, PASSWORD);
        }
    }

    private static void write(String file, String type, byte[] der) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }
}
